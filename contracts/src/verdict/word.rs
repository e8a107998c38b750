//! The words of verdicts, their fold into three and their exit codes.

/// The word of a verdict, in the order of DOMAIN section 6: the first that fits is said.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Word {
    /// No answer that checks: nobody answered.
    Unreachable,
    /// Nobody gave an answer that checks.
    NoAnswerThatChecks,
    /// Nothing is recorded, and that proves nothing of issuers outside this ledger or before its coverage.
    Unknown,
    /// Several records fit the question, or what is recorded under the number is something else.
    Ambiguous,
    /// Nothing is recorded, and a covering authority is named or the only possible one.
    NotRecorded,
    /// The document shown is not the one recorded.
    Altered,
    /// It was recorded under a key that was a thief's by then.
    SignatureFails,
    /// Genuine, but the issuer was not admitted for it on its date.
    IssuerOutOfScope,
    /// Genuine, but not recognised by the administration it is shown to.
    NotRecognised,
    /// Void from the beginning.
    Annulled,
    /// Taken back from a date on.
    Revoked,
    /// Withdrawn from a date on.
    Withdrawn,
    /// Replaced by a successor.
    Replaced,
    /// Without effect for a while.
    Suspended,
    /// Rejected by the country of destination.
    Rejected,
    /// The issuer was asked to verify it, or what it rests on is in doubt.
    UnderVerification,
    /// Its validity lies ahead.
    NotYetValid,
    /// Its validity is over.
    Expired,
    /// Its quantity is used up.
    Exhausted,
    /// Everything holds, but the answer is older than the limit.
    Stale,
    /// Genuine, in force and not used up.
    Valid,
}

/// What people read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fold {
    /// Genuine, in force and not used up: preference or entry is the reader's decision.
    Valid,
    /// It must not be relied on.
    NotValid,
    /// The ledger cannot say.
    CannotBeConfirmed,
}

impl Fold {
    /// The words for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::NotValid => "NOT VALID",
            Self::CannotBeConfirmed => "CANNOT BE CONFIRMED",
        }
    }

    /// The plain exit code. 2 is wrong use or unreadable input, which is no verdict.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::NotValid => 1,
            Self::CannotBeConfirmed => 3,
        }
    }
}

impl Word {
    /// All words, in their order.
    pub const ALL: &[Self] = &[
        Self::Unreachable,
        Self::NoAnswerThatChecks,
        Self::Unknown,
        Self::Ambiguous,
        Self::NotRecorded,
        Self::Altered,
        Self::SignatureFails,
        Self::IssuerOutOfScope,
        Self::NotRecognised,
        Self::Annulled,
        Self::Revoked,
        Self::Withdrawn,
        Self::Replaced,
        Self::Suspended,
        Self::Rejected,
        Self::UnderVerification,
        Self::NotYetValid,
        Self::Expired,
        Self::Exhausted,
        Self::Stale,
        Self::Valid,
    ];

    /// Whether an act that an old answer does not show, or a date that is not sure either, could turn it into something
    /// else. What is annulled or replaced stays so. A copy or a correction makes another document the certificate's, a reaffirmation
    /// restores what a stolen key signed, a draw is given back, and a withdrawal or revocation that was announced for a later date is
    /// taken back before it.
    pub const fn may_have_turned(self) -> bool {
        matches!(
            self,
            Self::Valid
                | Self::Altered
                | Self::SignatureFails
                | Self::Withdrawn
                | Self::Revoked
                | Self::Exhausted
                | Self::NotRecorded
                | Self::Unknown
                | Self::Ambiguous
                | Self::IssuerOutOfScope
                | Self::NotRecognised
                | Self::Suspended
                | Self::Rejected
                | Self::UnderVerification
                | Self::NotYetValid
                | Self::Expired
        )
    }

    /// The fold for people. Source: DESIGN section 4.
    pub const fn fold(self) -> Fold {
        match self {
            Self::Valid => Fold::Valid,
            Self::Unreachable | Self::NoAnswerThatChecks | Self::Unknown | Self::Ambiguous | Self::UnderVerification | Self::Stale => {
                Fold::CannotBeConfirmed
            }
            _ => Fold::NotValid,
        }
    }

    /// The detailed exit code. Source: DESIGN section 4.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Unknown | Self::Ambiguous => 3,
            Self::Altered | Self::SignatureFails => 10,
            Self::NotRecognised | Self::IssuerOutOfScope => 11,
            Self::Annulled | Self::Revoked | Self::Withdrawn => 12,
            Self::Expired | Self::NotYetValid => 13,
            Self::NotRecorded => 14,
            Self::Suspended => 15,
            Self::Replaced => 16,
            Self::Exhausted => 17,
            Self::Rejected => 18,
            Self::UnderVerification => 19,
            Self::Stale => 20,
            Self::Unreachable | Self::NoAnswerThatChecks => 21,
        }
    }

    /// The stable word, for programs and people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NoAnswerThatChecks => "no answer that checks",
            Self::Unknown => "unknown",
            Self::Ambiguous => "ambiguous",
            Self::NotRecorded => "not recorded",
            Self::Altered => "altered",
            Self::SignatureFails => "signature fails",
            Self::IssuerOutOfScope => "issuer out of scope",
            Self::NotRecognised => "not recognised",
            Self::Annulled => "annulled",
            Self::Revoked => "revoked",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
            Self::Suspended => "suspended",
            Self::Rejected => "rejected",
            Self::UnderVerification => "under verification",
            Self::NotYetValid => "not yet valid",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
            Self::Stale => "stale",
            Self::Valid => "valid",
        }
    }
}

impl core::fmt::Display for Word {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(self.as_str())
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// Why, for programs: a short text that never changes.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Reason {
            $($(#[$doc])* $name,)+
        }

        impl Reason {
            /// All reasons.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable text.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

reasons! {
    /// Everything holds.
    AllHolds = "all-holds";
    /// Nobody answered.
    NobodyAnswered = "nobody-answered";
    /// No answer checks.
    NothingChecks = "nothing-checks";
    /// The issuing country is no member's.
    NoSuchMember = "country-outside-this-ledger";
    /// The authority that is named is not admitted, or was not for this.
    NoSuchAuthority = "authority-outside-this-ledger";
    /// No authority promises that everything is recorded.
    NotCovered = "not-covered";
    /// Several records fit.
    SeveralRecords = "several-records";
    /// Recorded under this number, and as something else than is asked for.
    RecordedOtherwise = "recorded-otherwise";
    /// A covering authority is named.
    CoveringAuthorityNamed = "covering-authority-named";
    /// All authorities that could have issued it cover.
    AllAuthoritiesCover = "all-authorities-cover";
    /// Recorded, but after the time asked about.
    RecordedLater = "recorded-later";
    /// The digest differs.
    OtherDocument = "other-document";
    /// The document's country, kind, class, date or issuer is not the record's.
    OtherIdentity = "other-identity";
    /// The certificate file around the document was changed.
    FileChanged = "file-changed";
    /// The ledger holds something else of the certificate than its document says.
    RecordDiffers = "record-differs";
    /// The key was revoked as of a time before the recording.
    KeyRevokedBefore = "key-revoked-before-recording";
    /// The authority was revoked as of a time before the recording.
    AuthorityRevokedBefore = "authority-revoked-before-recording";
    /// No scope on the date.
    ScopePeriod = "scope-period";
    /// No scope for the kind.
    ScopeKind = "scope-kind";
    /// No scope for the class.
    ScopeClass = "scope-class";
    /// No authorisation for the declaration on the date.
    ScopeAuthorisation = "scope-authorisation";
    /// The authority was suspended on the date of issue.
    AuthoritySuspended = "authority-suspended";
    /// Recognition, condition 3: no arrangement.
    NoArrangement = "no-arrangement";
    /// Recognition, condition 3: an arrangement that not all parties signed.
    ArrangementNotSigned = "arrangement-not-signed";
    /// Recognition, condition 3: an arrangement that not all parties applied.
    ArrangementNotApplied = "arrangement-not-applied";
    /// Recognition, condition 3: the recognition is suspended.
    ArrangementSuspended = "arrangement-suspended";
    /// Recognition, condition 3: a party left.
    ArrangementTerminated = "arrangement-terminated";
    /// Recognition, condition 4: another programme.
    ProgrammeOutOfScope = "programme-not-covered";
    /// Recognition, condition 4: the type.
    TypeOutOfScope = "type-not-covered";
    /// Recognition, condition 4: the role.
    RoleOutOfScope = "role-not-covered";
    /// Recognition, condition 4: the flow of goods.
    FlowOutOfScope = "flow-not-covered";
    /// Recognition, condition 5: the holder's consent.
    NoConsent = "no-consent";
    /// Recognition, condition 6: the declaration names another party.
    OtherHolder = "other-holder";
    /// One of the two countries is no party of the agreement.
    NotAParty = "not-a-party";
    /// The agreement is not in force between the two.
    AgreementNotInForce = "agreement-not-in-force";
    /// One of the two left the agreement.
    AgreementLeft = "agreement-left";
    /// The authority was not notified under the agreement.
    AuthorityNotNotified = "authority-not-notified";
    /// An annulment.
    Annulment = "annulled";
    /// A revocation.
    Revocation = "revoked";
    /// A withdrawal.
    Withdrawal = "withdrawn";
    /// Cancelled unused, or as a draft.
    Cancellation = "cancelled";
    /// A draft that the issuer refused.
    RefusedByIssuer = "refused-by-issuer";
    /// Not issued yet.
    Draft = "draft";
    /// The certificate beneath it does not stand.
    BaseEnded = "base-ended";
    /// A replacement.
    Replacement = "replaced";
    /// A suspension.
    Suspension = "suspended";
    /// The country of destination denied preference.
    PreferenceDenied = "preference-denied";
    /// The validity lies ahead.
    ValidityAhead = "validity-ahead";
    /// The validity is over.
    ValidityOver = "validity-over";
    /// All lines are used up.
    UsedUp = "used-up";
    /// The country for which it is judged rejected it.
    RejectedHere = "rejected-by-this-country";
    /// The issuer did not confirm it to the country for which it is judged.
    NotConfirmed = "not-confirmed";
    /// The country for which it is judged asked the issuer to verify it.
    QuestionOpen = "question-open";
    /// The answer is too old.
    TooOld = "too-old";
}

/// The six conditions under which what another administration recorded is recognised, in words. Source: DOMAIN section 4.4.
pub const CONDITIONS: [&str; 6] = [
    "the record is genuine, and its issuer in charge",
    "it is in force on the date",
    "an arrangement is in operation on the date",
    "programme, type, role and flow lie within its terms",
    "the holder consented to the exchange",
    "the declaration names the holder",
];

impl Reason {
    /// Whether it is one of the conditions of recognition by arrangement, from the third on: the record may be genuine, the
    /// benefit is not due.
    pub const fn is_recognition(self) -> bool {
        matches!(self.condition(), Some(3..=6))
    }

    /// Which of the six conditions under which a foreign operator is recognised it is. Source: DOMAIN section 4.4.
    pub const fn condition(self) -> Option<u8> {
        Some(match self {
            // The record exists, its issuer administers the programme, the signature holds.
            Self::NoSuchMember
            | Self::NoSuchAuthority
            | Self::NotCovered
            | Self::CoveringAuthorityNamed
            | Self::AllAuthoritiesCover
            | Self::RecordedLater
            | Self::OtherDocument
            | Self::OtherIdentity
            | Self::RecordDiffers
            | Self::FileChanged
            | Self::KeyRevokedBefore
            | Self::AuthorityRevokedBefore
            | Self::ScopePeriod
            | Self::ScopeKind
            | Self::ScopeClass
            | Self::AuthoritySuspended => 1,
            // The status is in force on the date of the declaration.
            Self::Annulment
            | Self::Revocation
            | Self::Withdrawal
            | Self::Replacement
            | Self::Suspension
            | Self::ValidityAhead
            | Self::ValidityOver => 2,
            // An arrangement is applied and not suspended on that date.
            Self::NoArrangement
            | Self::ArrangementNotSigned
            | Self::ArrangementNotApplied
            | Self::ArrangementSuspended
            | Self::ArrangementTerminated => 3,
            // Programme, type, role and flow are within its terms.
            Self::ProgrammeOutOfScope | Self::TypeOutOfScope | Self::RoleOutOfScope | Self::FlowOutOfScope => 4,
            // The holder consented to the exchange.
            Self::NoConsent => 5,
            // The declaration names the holder.
            Self::OtherHolder => 6,
            _ => return None,
        })
    }
}
