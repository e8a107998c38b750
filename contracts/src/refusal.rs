//! Why the rules said no. A refusal is recorded in its block by its number, which is never changed or used again.
//!
//! 1xx: the transaction and its signer; 2xx: the registry; 3xx: certificates; 4xx: arrangements; 5xx: the importing side and quantities;
//! 6xx: agreements.
//! `docs/refusals.md` is made from [`table`].

use crate::acts::DRAWS_MAX;
use crate::destination::facts::{DEADLINE_DAYS_MAX, REPLY_DAYS_MIN};
use crate::destination::pool::HOLD_DAYS_MAX;
use crate::destination::{
    DESTINATION_ACTS_MAX, DESTINATIONS_MAX, POOL_TURNS_MAX, TURNS_OF_MEMBER_MAX, USE_ACTS_MAX, USES_PER_LINE_MAX,
    USES_PER_LINE_OF_MEMBER_MAX,
};
use crate::execute::BYTES_PER_MEMBER_MAX;
use crate::registry::adoption::{ADOPTIONS_OF_MEMBER_MAX, AGREEMENT_BYTES_OF_MEMBER_MAX};
use crate::registry::{
    ADOPTIONS_MAX, AGREEMENT_PARTIES_MAX, AGREEMENT_VERSIONS_MAX, AGREEMENTS_MAX, AMENDMENTS_ALONE_MAX, AMENDMENTS_OF_PARTY_MAX,
    ARRANGEMENTS_BETWEEN_MAX, AUTHORITIES_MAX, AUTHORITY_ACTS_MAX, AUTHORITY_KEYS_MAX, CLASSES_MAX, CRITERIA_MAX, ENCRYPTION_KEYS_MAX,
    KEYS_PER_ROOT_KEY_MAX, NAME_BYTES_MAX, NOTIFICATIONS_MAX, SCOPES_MAX, VERSIONS_OF_MEMBER_MAX, WORD_BYTES_MAX,
};
use crate::standing::{
    BASES_MAX, LINES_MAX, RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX, SEALED_NUMBERS_MAX, STANDING_ACTS_MAX, STANDING_KEYS_KEPT,
    STANDING_KEYS_MAX, TERMS_BYTES_MAX,
};
use ledger::lookup::{LOCATORS_MAX, RECORDS_AT_LOCATOR_MAX};

macro_rules! refusals {
    ($($number:literal $name:ident $message:expr;)+) => {
        /// Why an act was refused.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Refusal {
            $(#[doc = concat!("Number ", $number, ": see [`Self::message`].")] $name,)+
        }

        impl Refusal {
            /// All refusals, by number.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stable number that outcomes hold.
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number,)+
                }
            }

            /// The refusal with this number.
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// The stable name, for programs.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// What is wrong, and what to do.
            pub fn message(self) -> String {
                match self {
                    $(Self::$name => String::from($message),)+
                }
            }
        }
    };
}

refusals! {
    101 UnknownSigner "no such member or authority on this ledger; ask its member to admit the authority first";
    102 UnknownKey "the signer has no key with this number; name the key first, or sign with one that the ledger holds";
    103 KeyOutsideWindow "the key's window does not hold the block's time; sign with a key that is valid now";
    104 KeyRevoked "the key was revoked; sign with another key of the authority (keys name), which may also stand by what this one recorded (reaffirm)";
    105 AuthoritySuspended "the authority is suspended by its member; until it is reinstated nothing that it signs is recorded but the revocation of a key; ask the member to reinstate it (authority reinstate)";
    106 UnknownKind "no such kind of act; check the kind's number or update the program";
    107 UnknownVerb "no such act of this kind; check the act's number or update the program";
    108 VerbNotOfThisKind "records of this kind do not have this act; the end of docs/refusals.md names the acts of each kind";
    109 MalformedBody "the act's body is not in the canonical form of docs/spec/contracts.cddl; build it with this network's tools";
    110 MemberOnly "only a member does this; sign with a governance key of the member";
    111 AuthorityOnly "only an authority does this; sign with a key of the authority";
    112 RootKeyOnly "keys are named and revoked under the authority's root key; sign with that one, which is key number 0 until the member puts another in its place (keys list shows which)";
    113 AlreadyApproved "this key approved the act already, and others are still missing; another key of the member, or of another official of the authority, has to sign it";
    114 AuthorityRevoked "the authority was revoked by its member; it records nothing any more: admit a new authority";
    115 RootKeyIsNoOfficial "such acts need several officials, and the root key is none of them; sign with the officials' own keys";
    116 DailyLimitReached "the authority has recorded as many certificates of this kind today as its member allows; wait for tomorrow (UTC), or ask the member for a higher limit";
    117 RootKeyStays "the root key does not revoke itself, since nobody could name or revoke the authority's keys any more; let the member put another key of the authority in its place, which revokes it as well (symbolon authority root AUTHORITY NUMBER --as-of TIME)";
    118 RootKeyReplaced "the key was the authority's root key until its member put another key in its place; sign with that one (keys list shows which), which names and revokes keys from then on and may stand by what this one recorded (reaffirm)";

    201 AuthorityExists "an authority with this name was admitted before; choose another name, or change its scopes";
    202 UnknownAuthority "no authority with this name; check the name, or admit it first";
    203 AuthorityOfAnotherMember "the authority belongs to another member; a member acts on its own authorities only";
    204 CountryNotOfMember "the member does not cover this country; name one that the member's entry lists";
    205 WeakKey "the key is not a canonical point of the prime-order group; make a new key";
    206 KeyTaken "this public key is registered already; make a new key, since a key belongs to one signer and has one number";
    207 KeyNumberTaken "the number is not the next free one; use the number of keys in the authority's entry";
    208 KeyWindowEmpty "the key's window ends before it begins; correct the two times";
    209 KeyAlreadyRevoked "the key was revoked before, as of that time or an earlier one, or twice; a revocation is final, and only once followed by one as of an earlier time: revoke what was recorded before that one by one";
    210 TooManyKeys format!("a root key names at most {KEYS_PER_ROOT_KEY_MAX} keys, and an authority {AUTHORITY_KEYS_MAX} in all; let the member put another key in its place (authority root), or admit a new authority");
    211 TooManyAuthorities format!("a member admits at most {AUTHORITIES_MAX} authorities; use one that exists");
    212 ScopesNotInForm format!("an authority has at most {SCOPES_MAX} scopes, each with at most {CLASSES_MAX} sorted classes of 1 to {WORD_BYTES_MAX} printable ASCII characters, ending no earlier than it begins, a daily limit of 1 at least, and an authorisation number for certificates of origin only; correct the scopes");
    213 TooManyAuthorityActs format!("the authority's entry is full ({AUTHORITY_ACTS_MAX} dated acts or 48 KiB); only a suspension and the revocation still fit: admit a new authority and revoke this one (authority revoke)");
    214 AuthorityAlreadySuspended "the authority is suspended already, or that is announced for a later date; symbolon authority list MEMBER shows since or from when; to suspend it earlier, reinstate it first (authority reinstate)";
    215 AuthorityNotSuspended "the authority is not suspended, or its reinstatement is recorded already, perhaps for a later date (authority list shows it); to reinstate it from another date, suspend it anew first, from the date of its suspension on";
    216 RevokedAsOfFuture "the time as of which the key or authority is to be revoked has not come yet on this ledger; name a time that has passed, from which on its records are not to be relied on, or the word now";
    217 EncryptionKeyVersion "the version is not the next one; use the number of encryption keys in the member's entry";
    218 WeakEncryptionKey "the encryption key is not a canonical X25519 key of the prime-order group; make a new one";
    219 TooManyEncryptionKeys format!("a member has at most {ENCRYPTION_KEYS_MAX} encryption keys; keep the last one");
    220 NameNotInForm format!("a name has 1 to {NAME_BYTES_MAX} bytes, no character that is not seen, and no blank but the space between words; correct the name");
    221 RegistryMoved "the entry has changed since this act was made; read it again and decide anew";
    222 EffectiveBeforeAdmission "the date lies before the authority's admission; name a later date, or set scopes from an earlier date on first";
    223 UnknownKeyNumber "the authority has no key with this number; symbolon keys list AUTHORITY shows those that it has";
    224 EffectiveTooFarAhead "the date lies more than 366 days ahead; record the act when its time has come nearer";
    225 CoverageBeforeScope "the promise that everything is recorded begins before the scope, or before the authority has scopes; let it begin no earlier, or the scopes earlier";
    226 NoKeyForRoot "the key is the root key already, or revoked, or outside its window, or named no earlier than the time as of which the root key is revoked, and so perhaps by a thief; name another key of the authority, or revoke the authority (authority revoke) and admit a new one";
    227 ReinstatedBeforeSuspension "an authority is reinstated from the date of its suspension on, as if that had never been, or from a later date; name that date (authority list shows it) or a later one";

    301 AlreadyRecorded "this very document is recorded already; there is nothing to do";
    302 AlreadyRecordedOtherDocument "a record with this identity is on the ledger with another document; if the goods are the same consignment, replace that record under a new number, else use a new number; a draft under this number is issued by issue, and not as a replacement: cancel it, and replace under a new number";
    303 KindOutOfScope "the authority has no scope for this kind of certificate; ask its member to set its scopes";
    304 ClassOutOfScope "the authority has no scope for this agreement, document type or programme; ask its member to set its scopes";
    305 PeriodOutOfScope "the authority's scopes do not hold today, or not the certificate's date of issue; check the date, or ask its member to set scopes, from an earlier date on if they are missing for that";
    306 IssuerOfAnotherCountry "the certificate is of another country than the authority; only an authority of the issuing country records it";
    307 NoSuchRecord "no record lies at this record key; check the certificate, or issue it first";
    308 AnotherAuthoritysRecord "the record is another authority's; only the authority that issued a certificate changes its standing";
    309 RecordOfAnotherKind "the record is of another kind than the act says; check which certificate is meant";
    310 StandingMoved "the standing has changed since this act was made; read it again and decide anew";
    311 StandingEnded "the certificate is withdrawn, revoked, annulled or cancelled, or was refused as a draft, and nothing follows on that; a withdrawal or revocation that is announced is taken back before its date (take-back); in place of a certificate that has ended issue one under a new number, without naming it as replaced; in place of a draft that was refused or cancelled record another under a new number";
    312 AlreadyReplaced "the certificate was replaced; act on its successor";
    313 AlreadySuspended "the certificate is suspended already, or that is announced for a later date; to suspend it earlier, take the announcement back first (take-back)";
    314 NotSuspended "the certificate is not suspended; there is nothing to reinstate";
    315 StandingSuspended "the certificate is suspended, or that is announced for a later date, or it is reinstated from a later date on only; reinstate it from today on, or take the announcement back (take-back), and replace it then";
    316 DatedInTheFuture "the document is dated, or was completed by the exporter, more than 14 hours after the block's time; correct the date, or wait for it";
    317 ValidityEndsBeforeItBegins "the validity ends before it begins; correct the two dates";
    318 LocatorsNotInForm format!("an act carries at most {LOCATORS_MAX} locators, sorted, none twice; take only the members that may look it up");
    319 LocatorFull format!("{RECORDS_AT_LOCATOR_MAX} records with this number are recorded for a reader already; use another number");
    320 LinesNotInForm format!("a record has at most {LINES_MAX} lines, numbered from 1 upwards, none twice, each certifying more than nothing; correct the amount, or split the consignment");
    321 NoGoods "a certificate of this kind has at least one line of goods; add the lines";
    322 LinesNotOfThisKind "records of this kind have no lines of goods; leave them out";
    323 TooManyActs format!("the standing has {STANDING_ACTS_MAX} dated acts, and the last two places are kept for those that end it; end it and issue a new one");
    324 PredecessorMissing "a replacement names the certificate that it replaces; name it, or use issue";
    325 PredecessorNotExpected "an issue or a draft names no predecessor; use replace, which needs no draft: a replacement is prepared outside the ledger, and recorded when it is issued";
    326 LinkToItself "a certificate neither replaces itself nor rests on itself; correct the link";
    327 LinkNotRecorded "the certificate that is named is not on this ledger; mark the link so, or record that certificate first";
    328 EffectiveBeforeIssue "the act takes effect before the certificate's date of issue; name a later date";
    329 EffectiveOutOfOrder "the act takes effect before the one that it follows, of suspensions and reinstatements or of reassessments; name that one's date or a later one, or take a suspension that is announced back first (take-back)";
    330 EffectiveFarAhead "the act takes effect more than 366 days ahead; record it when its time has come nearer";
    331 ClassMissing "records of this kind name their document type or programme; add it";
    332 ClassNotInForm format!("an agreement, document type or programme has 1 to {WORD_BYTES_MAX} printable ASCII characters; correct it");
    333 UnknownDocumentType "the document type is none of UN/EDIFACT 1001 that SPS certificates have (851, 657, 852, 853, 636, 856); correct it";
    334 TermsMissing "records of this kind carry terms of their own; add them as docs/spec/contracts.cddl says";
    335 TermsNotInForm format!("the terms are not in the form of their kind (docs/spec/contracts.cddl, at most {TERMS_BYTES_MAX} bytes); correct them");
    337 StatusNotIssued "only an issued certificate is recorded: status 70 of UN/EDIFACT 4405; record it when it is issued";
    338 UnknownFlags "a flag is unknown; update the program";
    339 FlagsNotOfThisKind "records of this kind have no flags; leave them out";
    340 BaseMissing "a back-to-back certificate names the original on which it rests; add the link, marked if it is not on this ledger";
    341 TooManyBases format!("a certificate rests on at most {BASES_MAX} others; split the consignment");
    342 BaseNotOfThisKind "records of this kind rest on none of that kind, or on no other at all, or a certificate of origin only as back-to-back or where it states suppliers; leave the link out, or mark the certificate as what it is";
    343 OutlivesItsBase "a back-to-back certificate is valid no longer than its original; state valid_until, no later than the original's last day";
    344 BaseEnded "the certificate on which it rests is a draft, suspended, replaced, withdrawn, revoked, annulled or cancelled, or one beneath that, or its successor, is withdrawn, revoked, annulled or cancelled, or one of this is announced for a later date; let its issuer issue or reinstate it, or take back what is announced (take-back), or obtain a new original";
    345 CriterionNotOfAgreement "an origin criterion is none of the agreement's, or the goods have none though the agreement asks for one; use one that the agreement's terms list";
    346 ValidLongerThanAgreement "the certificate is valid longer than the agreement allows; shorten the validity, or state none";
    347 NotMarkedRetroactive "the certificate is issued after shipment and not marked as issued retroactively; mark it";
    348 NoRetroactiveIssue "the agreement knows no retroactive issue; issue before shipment, or under no agreement";
    349 RetroactiveTooLate "the shipment lies further back than the agreement allows for a retroactive issue; there is no certificate any more for this shipment";
    350 ShipmentDateMissing "a certificate that is issued retroactively states the date of shipment, which the limit is counted from; add it";
    351 NoBackToBack "the agreement knows no back-to-back certificates; the first party has to certify the goods";
    352 NoThirdPartyInvoice "the agreement allows no invoice of a third party; the exporter has to invoice";
    353 NoCopies "the agreement knows no certified true copies; replace the certificate";
    354 BaseOfAnotherAgreement "a back-to-back certificate rests on an original under the same agreement; name that one";
    355 NoDeclarations "the agreement knows no origin declarations of approved exporters; have a certificate issued";
    356 DeclarationOutOfScope "a scope with an authorisation number is for origin declarations under that number, and no other scope is; state the number, or ask the member to set the scopes";
    357 VersionNotExpected "a certified copy and a correction name the other form of the document, and no other act does; add it, or leave it out";
    358 VersionKnown "this form of the document is recorded already, as the original, a certified true copy or a correction; what it is recorded as stays: verify it with --document, or replace the certificate";
    359 PresentedOrUsed "an importing country has recorded something about the certificate, or something of it is held or used; or about one whose pool it shares; only an untouched one is cancelled: revoke it, or replace it and share its pool";
    360 StillADraft "the certificate is a draft; issue it, cancel it or refuse it";
    361 NotADraft "the certificate is issued, or its document says so; only a draft (status 47, 1, 42 or 39 of UN/EDIFACT 4405) is drafted, cancelled or refused, an issued one is withdrawn or replaced";
    362 ReExportWithoutBase "a re-export certificate (657) rests on at least one other; name the original, marked if it is not on this ledger";
    363 BaseOfAnotherType "an SPS certificate rests on SPS certificates, and a re-export certificate (657) on phytosanitary ones (851, 657); correct the link";
    364 SuccessorNumberNotExpected "the number for the predecessor's readers goes with a replacement of a certificate on this ledger only; leave it out";
    365 UntilNotExpected "only a reassessment sets another last day; leave it out";
    366 ReassessedAfterExpiry "the status had expired by the date of the reassessment; grant a new one";
    367 TypeNotOfProgramme "the programme's terms on the date of the grant have no such type; correct the type or the date, or ask the member to register the type from that date on (mra programme NAME --type TYPE --from DATE)";
    368 ValidityBeyondTerm "the status states no end, or a later one than the programme's term for its type gives, counted from the grant or the reassessment; state an earlier valid_until (mra programme NAME shows the terms)";
    369 NothingToReaffirm "no key of the record's issue, or of an act that the reaffirmation names, was revoked as of a time before its use; there is nothing to stand by, or the acts in doubt are to be named";
    370 FingerprintsNotInForm format!("an act carries at most {LOCATORS_MAX} fingerprints of goods, sorted, none twice; take only the members that may look it up");
    371 FingerprintsWithoutGoods "records without goods have no fingerprints of goods; leave them out";
    372 NothingAnnounced "no suspension, withdrawal or revocation is announced for a later date; what has taken effect is reinstated, or a new certificate issued";
    373 AnnouncedForAnotherDate "the act that is announced takes effect on another date; name that date";
    374 AlreadyShared "the member finds the certificate by its number already; there is nothing to do";
    375 AnnouncedWithoutReturn "a cancellation, an annulment, the refusal of a draft, another form of the document and a reaffirmation work at once, nothing takes them back, and so they are not announced for a later date; name today's date";
    376 NothingDrawn "a back-to-back certificate, and a re-export certificate (657), draws from the certificates on this ledger on which it rests and that certify amounts, so that the original's quantity is counted down; draw it (issue --base FILE, the certificate file that travels with the goods)";
    377 BaseOfOwnParty "a back-to-back certificate rests on another party's original, and a re-export certificate (657) on another country's certificate; for goods certified at home issue a certificate of their own, or replace that one";
    378 SharedWithoutConsent "the holder has not agreed that the status is shown to partner administrations; have the holder agree, and replace the status with one that says so (consent_to_exchange)";
    379 ShareOfBlockSpent format!("the acts of one member's authorities read and write at most {} MiB of entries in a block, and those before this one did, or this one alone; send it again: it goes into a later block, unless it alone reads as much", BYTES_PER_MEMBER_MAX / (1024 * 1024));
    380 SealsMissing "what was scanned or opened counts only under its seals; add the commitment to their numbers";
    381 DatedBeforeBase "the certificate is dated before one on which it rests; date it on that one's date of issue or later, or correct on which it rests";
    382 DrawnAgain "a replacement that shares its predecessor's pool goes on with what that one drew, and draws nothing again from what that one rested on; leave the draw out, or replace it without sharing";
    383 SuccessorNumbersNotInForm format!("a replacement carries 1 to {SEALED_NUMBERS_MAX} sealed numbers for its predecessor's readers, or none; leave some out");
    384 StandsByNotInForm "a reaffirmation alone names acts, ascending and by their numbers on the record: a reinstatement, a reassessment, a taking back, a copy or a correction; name these, and leave out what takes away or stands by others";
    385 TooManyKeysOfRecord format!("the record would rest on more than {} different keys of its authority, and an answer shows no more; sign with one of those on which it rests already, or replace the certificate; {STANDING_KEYS_KEPT} further ones are kept for standing by it (reaffirm) and for taking an announcement back (take-back), and what ends it needs none", STANDING_KEYS_MAX - STANDING_KEYS_KEPT);
    390 LocatorShareFull format!("{RECORDS_OF_AUTHORITY_AT_LOCATOR_MAX} records of this authority with this number are recorded for a reader already; the other places are its siblings': use another number");
    391 CopyOfNoCertificate "a certified true copy stands under its original, with the original's quantity, and is no certificate of its own; let the issuer of the original certify it (certify-copy ORIGINAL.symbolon COPY), or issue without the mark";

    401 NotAParty "the member is not a party of the terms in force; only parties act on an arrangement, and who joins signs an amendment after a party did";
    402 TermsDiffer "no party signed these terms under this name, or others are signed already; read the arrangement again and name its terms, agree on one text, or use another name";
    403 AlreadySigned "the member signed this arrangement already; there is nothing to do";
    404 NotSigned "the member has not signed these terms of the arrangement; sign them before you apply them; there is nothing to leave where nothing is signed";
    405 NotSignedByAll "a party has not signed yet (mra show says who has), of an amendment also one that it leaves out and that has not left; apply the terms, or sign others, when all have";
    406 AlreadyApplied "the member applied the arrangement already; there is nothing to do";
    407 UnknownArrangement "no arrangement with this name; check the name, or sign it first";
    408 NotApplied "the member has not applied the arrangement; apply it before you suspend it";
    409 RecognitionAlreadySuspended "the member suspended its recognition already, or announced that for this date or an earlier one; name a date before the announced one, or end the suspension (mra resume)";
    410 RecognitionNotSuspended "the member has not suspended its recognition, or resumed it already; there is nothing to resume";
    411 AlreadyTerminated "the member has left the arrangement, or announced already that it leaves; take that back before its date (mra take-back), or sign a new arrangement";
    412 NoticeTooShort "the termination takes effect before the notice of the terms is over, counted from today; mra show says how many days that is: name a later date";
    413 TermsOfArrangementNotInForm "the terms are not in form: 2 to 16 sorted parties, recognitions between different parties and of kinds that are recognised by arrangement, sorted types and roles, at most 32 KiB; correct them";
    414 TooManyArrangementsBetween format!("the member signed {ARRANGEMENTS_BETWEEN_MAX} arrangements that recognise something of one other member; use one of them");
    415 TooManyArrangementActs "the arrangement has so many dated acts that only terminations and suspensions still fit, and no suspension in the place of one that is announced; sign a new one";
    416 PartyNotAMember "a party of the arrangement is not a member of this network; the terms name members only";
    417 ArrangementMoved "the arrangement has changed since this act was made; read it again and decide anew";
    418 EffectiveBeforeLastAct "the act takes effect before the one that it follows; name a later date";
    419 ArrangementFarAhead "the act takes effect more than 366 days ahead, and no notice asks for that; record it when its time has come nearer";
    420 ProgrammeNotInForm "a programme has a name and 1 to 16 sorted types of 1 to 35 printable ASCII characters, with terms of 1 to 240 months or none; correct it";
    421 TooManyProgrammeVersions "the programme has so many versions that no other fits; register a new programme";
    422 AmendmentNumber "the amendment is neither one that waits for signatures nor the next one; read the arrangement again for its number";
    423 TooManyAmendments "the arrangement has no room for other terms (16 amendments, or 36 KiB); sign a new arrangement";
    424 TermsUnchanged "the arrangement had these very terms before; change them, at least the digest of the text";
    425 NoTerminationAnnounced "the member announced no termination for this date, or the date has come; name the date that is announced, or sign a new arrangement";
    426 NameOfOthers "the name does not have the letters of the member that signs it first among its parts; a name such as CN-NZ-2026 is taken by CN or by NZ: choose another";
    427 AmendmentOvertaken "other terms of the arrangement were agreed first; sign a new amendment of those";
    428 AmendmentsAlone format!("the party signed {AMENDMENTS_ALONE_MAX} amendments that nobody else signed; wait for the others, or sign theirs");
    429 AmendmentsOfParty format!("{AMENDMENTS_OF_PARTY_MAX} amendments that the party opened wait for others; let these be agreed first, or ask another party to open one");

    501 OfficeOutOfScope "the authority has no office's scope for this act on such certificates on that date or today; ask its member to set its scopes";
    502 OwnMembersCertificate "nobody imports from itself; offices act on certificates of other members and of their own member's other customs territories (not within a union), and on health entry documents (636) of their own";
    503 CertificateNotIssued "the certificate is a draft and was never issued (CERTEX 04); wait for the certificate";
    504 FactDatedAhead "the date lies more than 14 hours after the block's time; correct the date, or wait for it";
    505 FactBeforeIssue "the date lies before the certificate's date of issue; correct the date";
    506 FactsMoved "the member's offices have recorded more about the certificate since this act was made; read it again and decide anew";
    507 ReasonMissing "a rejection, a denial and an acceptance of some lines alone carry a reason code; add it";
    508 AcceptedLinesMissing "a partial acceptance names the lines that are accepted; add them";
    509 LinesNotOnCertificate "the lines are not lines of the certificate in ascending order, none twice; they are numbered by their place in the document, from 1 upwards: correct them";
    510 DeadlineMissing "no agreement says how long the issuer has for its answer, and an extension names its own end; add the deadline";
    511 DeadlineNotAhead format!("the deadline is not after the act's date, or over, or more than {DEADLINE_DAYS_MAX} days ahead; correct it");
    512 DeadlineNotLater "the new deadline is not later than the one that it extends; name a later date";
    513 DeadlineNotExpected "only a question and its extension have a deadline; leave it out";
    514 AlreadyPresented "the member's offices recorded the presentation with this declaration, or the whole of which it is a goods item, already; where that was with the same date there is nothing to do, and another date changes nothing, for what is recorded stays: where the date was mistyped, decide about the declaration (accept, on a day after the last, excuses what counts as late, and reject bars what counts as in time)";
    515 QuestionOpen "the member has asked the issuer already, and the question is open; extend its deadline, or close it first";
    516 NoOpenQuestion "the member has no open question about this certificate; that member asks first, or once more where the last answer was a mistake; or check who asked (a confirmation is taken back without a question: answer --confirmed no)";
    517 DatedBeforeQuestion "the date lies before the question; correct the date";
    518 TooManyDestinations format!("{DESTINATIONS_MAX} members have recorded facts about this certificate; no other can");
    519 TooManyFacts format!("the member recorded {DESTINATION_ACTS_MAX} acts or 60 KiB about this certificate, the places of an answer and of its taking back counted; close the question, or keep further facts in your own files; an issuer whose confirmation has no room asks that member to close the question");
    520 DeadlineBeyondReply "the agreement gives the issuer less time for its reply, counted from the recording of the question; leave the deadline out, and extend it later where that is fair";
    521 UnknownLine "the certificate has no line with this number (CERTEX 07); check the line";
    522 WrongCommodity "the declared commodity code is not the line's (CERTEX 03); check the line and the code; a longer code with the same beginning is cut to the length of the certificate's";
    523 WrongUnit "the unit is not the line's (CERTEX 10); convert the amount into the certificate's unit";
    524 QuantityExceeded "there is not as much as is asked for (CERTEX 05); hold no more than what is available, use up no more than this declaration holds; an older hold stands";
    525 WriteOffExists "this declaration has used up a quantity of the line already (CERTEX 06); use another declaration's reference";
    526 AlreadyConsumed "what this declaration held is used up (CERTEX 06), and a use is not taken back; there is nothing to do";
    527 NothingHeld "nothing is held for this declaration on this line; reserve first, or check declaration and line";
    528 AmountMissing "the amount is missing or zero; name the amount";
    529 FieldsNotOfThisAct "the act carries a field that only another has (code, unit, last day: reserve; amount: reserve and consume; whose hold: expire; what opens a locator: acts on other members' certificates); leave it out";
    530 HoldNotAhead format!("the last day of the hold is over, or more than {HOLD_DAYS_MAX} days ahead; name a day between");
    531 HoldNotOver "the last day of the hold is not over everywhere on Earth; wait for that, only the holder's offices give it back before (uses names the day)";
    532 TooManyUses format!("the line has {USES_PER_LINE_MAX} uses; ask the issuer for another certificate of what remains");
    533 TooManyUseActs format!("the use has so many dated acts that only the one which ends it still fits ({USE_ACTS_MAX}); consume or release what is held, and go on under another reference");
    534 DeadlineTooSoon format!("the issuer gets the agreement's time for its reply, counted from the recording of the question, and at least {REPLY_DAYS_MIN} days where none is named; leave the deadline out where the agreement names a time, or else name a later one");
    535 TooManyUsesOfMember format!("the member has {USES_PER_LINE_OF_MEMBER_MAX} uses of the line, a quarter of all places; go on under a declaration that has one, or ask the issuer for another certificate of what remains");
    536 UseNotRecognised "the certificate is not recognised in the country of the office, or of the authority that draws from it: its agreement is not in force between the two countries, or its authority was not notified under it (CERTEX 04); verify for that country says which: obtain another certificate, or let the party that has not adopted the agreement do so (agreement adopt)";
    540 UseForOtherGoods "the validity of the certificate is over, or its agreement between the two countries, and what was presented by then, or accepted late, was other declarations, or other goods items: these goods stay good, and not what remains of the paper (CERTEX 04); obtain another certificate, record that this declaration was presented, if it was in time (present --declaration), or accept it late (accept --declaration)";
    541 UseUnderDoubtedKey "the certificate was recorded under a key that was revoked as of before that (CERTEX 04); ask the issuer to stand by it under a new key";
    542 UseOfUnscopedIssuer "the issuer was not to issue it on its date, or was revoked as of a time before its recording (CERTEX 04); ask the issuing member";
    543 UseOfEnded "the certificate is withdrawn, revoked, annulled or cancelled (CERTEX 04); obtain another one";
    544 UseOnFallenBase "the certificate on which it rests, or the one that replaced that, is withdrawn, revoked or annulled, was not to be issued (its authority was suspended, out of scope or not notified), or was not confirmed where it went on, or it rests on too many (CERTEX 04); verify says which: ask its issuer";
    545 UseOfReplaced "the certificate was replaced (CERTEX 04); act on its successor, in which holds and uses go on only if it was issued to share them (replace --shares)";
    546 UseOfSuspended "the certificate is suspended (CERTEX 04); wait until its issuer reinstates it";
    547 UseBeforeValidity "the certificate is not valid yet (CERTEX 04); wait for its first day";
    548 UseOfExpired "the validity of the certificate is over, or its agreement between the two countries, and it was not presented to an office of this member by then, or its late presentation was not accepted for this line (CERTEX 04); obtain another one, record the presentation if it was in time, or accept it late (accept)";
    549 UseOfRejectedLine "an office of this member rejected the line, or denied preference for it (CERTEX 04); where that is reversed, record it first: accept the line, or grant preference for it";
    550 UseOfUnconfirmed "the issuer did not confirm the certificate to this member (CERTEX 04); where its administration decides otherwise all the same, record that first: accept the line, or grant preference for it";
    551 PoolNotShared "something of the certificate that is replaced is held or used; let the replacement share its pool, with the same lines under the same seed (replace --shares FILE, the predecessor's certificate file)";
    552 NothingToShare "a pool is shared by a replacement with its predecessor on this ledger; leave the mark out";
    553 PoolLinesDiffer "a replacement that shares a pool has the lines, codes and units of its predecessor, under its seed; issue it so";
    554 PoolAmountGrown "a replacement that shares a pool certifies no more than its predecessor; issue a certificate for what is more";
    555 PoolAmountBelowUse "a replacement that shares a pool certifies no less than what is held and used; raise the amount, or wait for the releases";
    556 UseMoved "the use of the line has other acts than when this one was made: something was held, used or given back since (uses shows it); decide anew";
    557 UseNotCounted "several officials have to sign it, and it does not say how many acts the use had (follows), so that they might sign for another hold than they saw; add it";
    558 GoodsCameIn "an importing side recorded that goods came in on the certificate that is replaced (presented, accepted, or preference granted), and with a pool of its own the replacement would certify them anew; let it share the pool (replace --shares FILE, the predecessor's certificate file); where its lines have to change, let that side reject the old one first, or revoke that and issue another";
    561 DrawsNotInForm format!("draws are 1 to {DRAWS_MAX}, with those counted with which a replacement goes on, sorted by base and line, none twice, and never of a draft; correct them");
    562 DrawNotOfItsBase "a certificate draws from those on which it rests and that are on this ledger; name the base, or leave the draw out";
    563 LeavesItsBases "what is replaced goes on with the goods of others, and its replacement does not, or leaves one of these out: mark it alike and name on what it rests, on this ledger if that one does (to share the pool, all on which that one rests); where that one was never to rest on others, cancel or revoke it, and issue another under a number of its own";
    564 ReplacedUnderVerification "an importing country asked whether the certificate is genuine, and the question is open, also where its deadline is over; answer it first (answer FILE --to MEMBER; a late answer counts as well, and one act of a transaction may answer and the next replace), or have it closed, and replace the certificate then";
    565 DrawStaysUsedUp format!("nothing is left of a line from which the certificate drew, and draws came back to such a line as often as is remembered ({} times, {TURNS_OF_MEMBER_MAX} of one member), so that this one would be lost; replace the certificate and share its pool (replace --shares), which goes on with what was drawn, or end it by an act that gives nothing back (revoke; withdraw, where its kind has no revocation)", POOL_TURNS_MAX / 2);
    566 DrawFromEvidence "only a certificate that goes on with the goods of others (back-to-back; re-export, 657) draws from their amounts: of inputs that are cumulated a supplier's certificate is evidence, and nothing of it is used up; leave the draws out, or mark the certificate as what it is";
    569 NoGoodsItem "the whole of a declaration is named beside one of its goods items alone, and is not the same as that; correct it, or leave it out";
    570 ItemOfAnotherDeclaration "the goods item had a hold on this line as one of another declaration, or of none; name the same whole as that hold";
    571 NotMadeKnown "the certificate was not made known to this member: the act does not open the locator at which the member finds it by its number; ask the issuer to share it (share), and act again";

    601 UnknownAgreement "no agreement with this name stands on the ledger; check the name, or adopt its terms first";
    602 TermsOfAgreementNotInForm format!("the terms are not in form: a name, at most {AGREEMENT_PARTIES_MAX} sorted parties, at most {CRITERIA_MAX} sorted criteria, codes without percentages, no span of zero; correct them");
    603 PartyNotOfMember "a member speaks for the countries that it covers, and a union for itself; name such a party";
    604 NotAPartyOfAgreement "the terms do not list this party; check the letters of the country or union";
    605 PartnersNotInForm "the partners are sorted parties of the terms, without the party itself; correct them, or leave them out for all";
    606 VersionsAlone "the member put two versions on the ledger that no other member's party adopted; adopt the terms that the other parties adopted, let another party adopt the right ones first, or use another name";
    607 TooManyVersions format!("an agreement has at most {AGREEMENT_VERSIONS_MAX} versions of its terms; adopt one that exists, or use another name");
    608 AlreadyAdopted "the party applies these terms towards these partners since then already; there is nothing to do";
    609 UnknownTerms "the agreement has no version with this digest; read its entry";
    610 NotAdopted "the party does not apply these terms towards these partners; there is nothing to leave";
    611 TooManyAdoptions format!("the agreement's entry is full ({ADOPTIONS_MAX} dated acts a version, 16 of one party, or 30 KiB); only leaving for good still fits");
    612 LeavingDatedBack "a party leaves from today on or later, since what was issued before stays what it was; name a later date";
    613 AgreementFarAhead "the date lies further ahead than 366 days, or three years for leaving; record the act when its time has come nearer";
    614 AuthorityOfAnotherParty "the authority issues for a country that does not belong to this party; notify it for its own";
    615 AlreadyNotified "the authority is notified since then already; there is nothing to do";
    616 NotNotified "the authority is not notified; there is nothing to strike off";
    617 TooManyNotifications format!("a party has at most {NOTIFICATIONS_MAX} dated notifications under one agreement, half of them kept for striking off; use authorities that are notified");
    618 TooManyAgreements format!("a member adopts at most {AGREEMENTS_MAX} agreements over the years; use one that it adopted");
    619 VersionsOfMember format!("the member put {VERSIONS_OF_MEMBER_MAX} versions of the agreement on the ledger, a quarter of all; let another party adopt the new terms first, and adopt the same");
    620 AgreementShareFull format!("what the member's parties recorded fills its quarter of the agreement's entry ({ADOPTIONS_OF_MEMBER_MAX} dated acts a version, or {AGREEMENT_BYTES_OF_MEMBER_MAX} bytes); only leaving for good still fits");
}

impl Refusal {
    /// The number under which EU CSW-CERTEX names the same refusal of a quantity. Source: DOMAIN section 5.
    pub const fn certex(self) -> Option<u8> {
        match self {
            Self::WrongCommodity => Some(3),
            Self::CertificateNotIssued
            | Self::UseNotRecognised
            | Self::UseForOtherGoods
            | Self::UseUnderDoubtedKey
            | Self::UseOfUnscopedIssuer
            | Self::UseOfEnded
            | Self::UseOnFallenBase
            | Self::UseOfReplaced
            | Self::UseOfSuspended
            | Self::UseBeforeValidity
            | Self::UseOfExpired
            | Self::UseOfRejectedLine
            | Self::UseOfUnconfirmed => Some(4),
            Self::QuantityExceeded => Some(5),
            Self::WriteOffExists | Self::AlreadyConsumed => Some(6),
            Self::UnknownLine => Some(7),
            Self::WrongUnit => Some(10),
            _ => None,
        }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(out, "{}", self.message())
    }
}

impl core::error::Error for Refusal {}

/// A rule's one condition.
///
/// # Errors
/// The refusal, if the condition does not hold.
pub(crate) fn ensure(condition: bool, refusal: Refusal) -> Result<(), Refusal> {
    if condition { Ok(()) } else { Err(refusal) }
}

/// The page `docs/refusals.md`.
pub fn table() -> String {
    let mut page = String::from(
        "# Refusals\n\n\
         The rules' no, recorded with its number in the outcome of an act; 0 means accepted.\n\
         Numbers are never changed or used again. This page is made from `contracts/src/refusal.rs`:\n\
         `UPDATE_DOCS=1 cargo test -p symbolon-contracts refusals_page` writes it anew.\n",
    );
    for (area, title) in [
        (1, "The transaction and its signer"),
        (2, "The registry"),
        (3, "Certificates"),
        (4, "Arrangements"),
        (5, "The importing side and quantities"),
        (6, "Agreements"),
    ] {
        page.push_str(&format!("\n## {title}\n\n| number | name | what is wrong, and what to do |\n|---|---|---|\n"));
        for refusal in Refusal::ALL.iter().filter(|refusal| refusal.number() / 100 == area) {
            page.push_str(&format!("| {} | {} | {} |\n", refusal.number(), refusal.name(), refusal.message()));
        }
    }
    page.push_str("\n## Which acts a kind has\n\n| kind | acts |\n|---|---|\n");
    for kind in crate::kinds::RecordKind::ALL {
        let more = kind.rules().acts().iter().map(|allowed| allowed.verb.as_str());
        let acts: Vec<&str> = ["issue", "replace"].into_iter().chain(more).collect();
        page.push_str(&format!("| {} ({}) | {} |\n", kind, kind.number(), acts.join(", ")));
    }
    page.push_str("\n## Which acts offices of the importing side have on a kind\n\n| kind | acts |\n|---|---|\n");
    for kind in crate::kinds::RecordKind::ALL {
        let acts: Vec<&str> = kind.rules().office_acts().iter().map(|verb| verb.as_str()).collect();
        let acts = if acts.is_empty() { "none".to_owned() } else { acts.join(", ") };
        page.push_str(&format!("| {} ({}) | {} |\n", kind, kind.number(), acts));
    }
    page
}
