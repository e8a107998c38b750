//! The story of a certificate: every dated act that bears on it, who did it, when it was recorded, and what it changed.

use super::{AgreementFacts, Case, Facts, IssuerFacts, ONLY_ITS_SUCCESSOR, Question, RecordFacts, Said, percent, with_number};
use crate::context::{Known, Recorded};
use crate::destination::{Destination, DestinationAct, OfficeVerb, Use, UseName};
use crate::document::CodedStatus;
use crate::kinds::RecordKind;
use crate::registry::{ArrangementAct, ArrangementVerb, AuthorityVerb, Member, Notification, Scope};
use crate::reliance::{self, Doubt};
use crate::standing::{Link, Standing, StandingAct, Verb};
use ledger::hash::Hash;
use ledger::id::{AuthorityId, CertificateNumber, KeyNumber, MemberId};
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Timestamp};
use std::collections::BTreeSet;

/// One thing that happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// When it was recorded.
    pub recorded: Recorded,
    /// From which date on it works.
    pub effective: CalendarDate,
    /// Who did it: an authority, an office or a member.
    pub by: String,
    /// What was done.
    pub what: String,
    /// What it changed.
    pub effect: String,
    /// The status that it gives the record, or the consignment in a country of import, in the code list of the kind's messages.
    pub status: Option<CodedStatus>,
    /// Whether it was recorded by the time asked about, and had taken effect by the date asked about.
    pub counts: bool,
}

impl Event {
    /// With the number of a record where it names the record's key.
    pub fn name_record(&mut self, record: &RecordKey, number: &CertificateNumber) {
        for text in [&mut self.what, &mut self.effect] {
            *text = with_number(text, record, number);
        }
    }

    /// With the number of the certificate that replaced it, if this is what happened, once a secret in hand has opened it.
    pub fn name_successor(&mut self, number: &CertificateNumber) {
        if self.effect.starts_with(ONLY_ITS_SUCCESSOR) {
            self.effect.push_str(&format!(": certificate {number}"));
        }
    }
}

/// A use of a line of the pool from which a record draws: the line, whose use it is and for which declaration, and all
/// acts on it.
pub type UseOfLine = (u32, UseName, Use);

/// Whether what was done to the record that a question means is told for the country of the question: what is recognised by
/// arrangement has a story for its issuer's country and for whom recognition is due, and for nobody else, whether or not the
/// record exists. Source: DOMAIN section 7: reasons of suspension go to partners.
///
/// # Errors
/// What [`verdict`](super::verdict) says instead, and all that is told.
pub fn tells_story(facts: &Facts, question: &Question) -> Result<(), Said> {
    let record = facts.meant(question);
    let kind = question.kind.or_else(|| record.map(|record| record.standing.kind));
    let Some(rules) = kind.map(RecordKind::rules).filter(|rules| rules.is_answered_to_partners_only()) else { return Ok(()) };
    rules.answers(facts, question)?;
    record.map_or(Ok(()), |record| rules.recognised(&Case { facts, record, question }).map(|_| ()))
}

/// What happened to the record that a question means, in the order of recording. Empty if it means none, and nothing but what
/// became of the arrangements between the two countries if its story is [not told](tells_story).
///
/// `uses` are all uses of its pool, of which no receipt has more than who used something and how often: `None` where they
/// are not at hand.
pub fn explain(facts: &Facts, question: &Question, uses: Option<&[UseOfLine]>) -> Vec<Event> {
    let mut story = Story { question, kind: facts.meant(question).map(|record| record.standing.kind), events: Vec::new() };
    if tells_story(facts, question).is_err() {
        story.arrangements(facts);
        story.events.sort_by_key(|event| event.recorded);
        return story.events;
    }
    let Some(record) = facts.meant(question) else { return Vec::new() };
    if let Some(issuer) = &record.issuer {
        story.issuer(&record.standing, issuer, None);
    }
    story.life(record);
    story.beneath(record);
    let issued = record.standing.pool.map(|_| &record.standing.issued);
    for (member, destination) in &record.destinations {
        story.destination(*member, destination, record.issuer.as_ref(), None, issued);
    }
    match uses {
        Some(uses) => story.uses(facts.at, record, uses),
        None => story.users(record),
    }
    if let Some(agreement) = &record.agreement {
        story.adoptions(agreement, &record.standing, facts.reader.as_deref());
        story.notifications(agreement, &record.standing.authority);
    }
    story.arrangements(facts);
    story.events.sort_by_key(|event| event.recorded);
    story.events
}

struct Story<'a> {
    question: &'a Question,
    /// The kind of the record, which is that of those beneath it.
    kind: Option<RecordKind>,
    events: Vec<Event>,
}

impl Story<'_> {
    fn tell(&mut self, recorded: Recorded, effective: CalendarDate, by: impl ToString, what: impl ToString, effect: impl ToString) {
        let counts = self.question.known.covers(&recorded) && effective <= self.question.on;
        let (by, what, effect) = (by.to_string(), what.to_string(), effect.to_string());
        self.events.push(Event { recorded, effective, by, what, effect, status: None, counts });
    }

    /// What was told last gives this status.
    fn gives(&mut self, status: Option<CodedStatus>) {
        if let Some(event) = self.events.last_mut() {
            event.status = status;
        }
    }

    /// What was told last counts only if it stands as well: an announcement may have been taken back.
    fn counts_if(&mut self, stands: bool) {
        if let Some(event) = self.events.last_mut() {
            event.counts &= stands;
        }
    }

    /// What bears on the authority behind a record: admission, suspensions, changes of scope, its keys. Of the authority of a
    /// certificate beneath, what takes something from it or gives it back.
    fn issuer(&mut self, standing: &Standing, issuer: &IssuerFacts, beneath: Option<&RecordKey>) {
        let authority = &issuer.authority;
        let (of, this) = (of_base(beneath), if beneath.is_some() { "that certificate" } else { "this certificate" });
        let mut root = KeyNumber::ROOT;
        for act in &authority.acts {
            let effect = match act.verb {
                AuthorityVerb::Admit => "it may record certificates within its scopes",
                AuthorityVerb::SetScopes => {
                    let date = standing.issue_date.max(act.effective);
                    let authorisation = standing.terms.as_ref().and_then(|terms| standing.kind.rules().authorisation_of(terms));
                    let (class, authorisation) = (standing.class.as_deref(), authorisation.as_deref());
                    let holds = |scope: &Scope| scope.is_for(standing.kind, class, authorisation, date);
                    match act.scopes.iter().flatten().any(holds) {
                        true => "certificates like this one are within them",
                        false => "certificates like this one are not within them",
                    }
                }
                AuthorityVerb::Suspend => "nothing that it dates from then on counts",
                AuthorityVerb::Reinstate => "it may record again",
                AuthorityVerb::ReplaceRoot => {
                    let before = core::mem::replace(&mut root, act.root.unwrap_or(KeyNumber::ROOT));
                    &replaced_root(before, root, act.as_of)
                }
                AuthorityVerb::Revoke => match authority.holds(&standing.issued, Known::Now) {
                    Ok(()) => "what it recorded before stands",
                    Err(_) => &format!("{this} was recorded after that: it is not to be relied on"),
                },
            };
            if beneath.is_some() && matches!(act.verb, AuthorityVerb::Admit | AuthorityVerb::ReplaceRoot) {
                continue;
            }
            let by_key = if act.verb == AuthorityVerb::ReplaceRoot { format!(" by key {root}") } else { String::new() };
            self.tell(act.recorded, act.effective, authority.member(), format!("{} {}{by_key}{of}", act.verb, authority.id), effect);
        }
        for (number, key) in &issuer.keys {
            // The root key comes with the admission.
            if *number != KeyNumber::ROOT && beneath.is_none() {
                let until = key.valid_until.map_or_else(|| " on".to_owned(), |until| format!(" until {until}"));
                let effect = format!("it signs for {} from {}{until}", authority.id, key.in_force_from());
                self.tell(key.named, key.in_force_from().date(), &authority.id, format!("key {number} named"), effect);
            }
            for revoked in key.revocations() {
                // The event may be unknown at the time asked about, and is told for what it is.
                let mut signed = standing.signed().each().filter(|one| one.key == *number);
                let in_doubt = |one: crate::registry::Approval| {
                    one.recorded.time >= revoked.as_of && reliance::under_key(key, authority, &one.recorded, Known::Now).is_err()
                };
                let effect = if signed.any(in_doubt) {
                    format!("{this} was recorded after that: it may be a thief's")
                } else {
                    "what was recorded before stands".to_owned()
                };
                let what = format!("key {number} revoked as of {}{of}", revoked.as_of);
                // The root key gives way to another at the member's word, and what it named with it.
                let with_root = authority.was_root_key(*number) || Some(revoked) == key.revoked_from_naming;
                let by = if with_root { authority.member().to_string() } else { authority.id.to_string() };
                self.tell(revoked.recorded, revoked.as_of.date(), by, what, effect);
            }
        }
    }

    /// Its own life.
    fn life(&mut self, record: &RecordFacts) {
        let standing = &record.standing;
        let effect = match (&standing.predecessor, standing.valid_until) {
            _ if standing.drafted.is_some() => "not in force yet".to_owned(),
            (Some(Link::Record(predecessor)), _) => format!("in force in the place of record {predecessor}"),
            (Some(Link::NotOnThisLedger), _) => "in force in the place of a certificate that is not on this ledger".to_owned(),
            (None, Some(until)) => format!("in force from {} until {until}", standing.first_day()),
            (None, None) => format!("in force from {} on", standing.first_day()),
        };
        match standing.drafted {
            None => {
                let what = format!("issued: {}, under {}", standing.kind, standing.signed());
                self.tell(standing.issued, standing.first_day(), &standing.authority, what, effect);
                self.gives(standing.kind.rules().status_after(Verb::Issue));
            }
            // Whose key the first draft was under, an issue overwrites.
            Some(drafted) => {
                let recorded = drafted.recorded;
                self.tell(recorded, recorded.time.date(), &standing.authority, format!("drafted: {}", standing.kind), effect);
            }
        }
        let stand = standing.acts_that_stand(self.question.known, |_| true);
        for act in &standing.acts {
            let reason = act.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
            let what = format!("{} under {}{reason}", act.verb.participle(), act.signed());
            let doubt = record.issuer.as_ref().map(|issuer| issuer.doubt_in_words(act, Known::Now)).unwrap_or_default();
            let effect = if act.verb == Verb::Issue {
                format!("in force from {} on", standing.first_day())
            } else {
                effect_of(standing, act) + &doubt
            };
            self.tell(act.recorded, act.effective, &standing.authority, what, effect);
            self.gives(standing.kind.rules().status_after(act.verb));
            self.counts_if(stand.iter().any(|one| core::ptr::eq(*one, act)));
        }
    }

    /// What befell the certificates on which it rests, those behind them, and what the country that went on with one decided.
    fn beneath(&mut self, record: &RecordFacts) {
        let mut authorities = BTreeSet::new();
        let is_only_doubtful = record.standing.kind.rules().is_only_doubtful_without_base(&record.standing);
        for (key, beneath) in &record.beneath.certificates {
            let stand = beneath.acts_that_stand(self.question.known, |_| true);
            for act in &beneath.acts {
                let effect = match act.verb {
                    Verb::Replace => "that one goes on in its successor".to_owned(),
                    Verb::TakeBack => effect_of(beneath, act),
                    Verb::Withdraw | Verb::Revoke | Verb::Annul | Verb::Cancel if is_only_doubtful => {
                        format!("{} has to say whether this certificate still stands", record.standing.authority)
                    }
                    Verb::Withdraw | Verb::Revoke | Verb::Annul | Verb::Cancel => {
                        "this certificate stands only while that one does".to_owned()
                    }
                    _ => continue,
                };
                let doubt = record.beneath.behind.get(key).map(|behind| behind.issuer.doubt_in_words(act, Known::Now)).unwrap_or_default();
                let what = format!("record {key}, on which it rests, {}{doubt}", act.verb.participle());
                self.tell(act.recorded, act.effective, &beneath.authority, what, effect);
                self.counts_if(stand.iter().any(|one| core::ptr::eq(*one, act)));
            }
            let Some(behind) = record.beneath.behind.get(key) else { continue };
            let mut told = BTreeSet::new();
            for above in &behind.above {
                let Some((standing, _)) = record.above(&above.record) else { continue };
                if told.insert(standing.authority.member()) {
                    self.destination(standing.authority.member(), &above.destination, Some(&behind.issuer), Some(key), None);
                }
            }
            if beneath.authority != record.standing.authority && authorities.insert(&beneath.authority) {
                self.issuer(beneath, &behind.issuer, Some(key));
                if let Some(agreement) = &behind.agreement {
                    self.notifications(agreement, &beneath.authority);
                }
            }
        }
    }

    /// What the offices of one member recorded about a certificate, and the issuer's answers to them.
    /// What was recorded before it was `issued` was recorded about its predecessor.
    fn destination(
        &mut self,
        member: MemberId,
        destination: &Destination,
        issuer: Option<&IssuerFacts>,
        beneath: Option<&RecordKey>,
        issued: Option<&Recorded>,
    ) {
        let doubt = |act: &DestinationAct, known| issuer.and_then(|issuer| issuer.doubts(act, known));
        let (of, mut deadline) = (of_base(beneath), None);
        for act in destination.as_slice() {
            deadline = act.deadline.or(deadline);
            let late = deadline.filter(|deadline| act.is_after(*deadline));
            let late = late.map_or_else(String::new, |deadline| format!(", after the deadline {deadline}"));
            let reason = act.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
            let effect = match (act.verb, act.deadline, act.confirmed) {
                (OfficeVerb::Present, ..) if act.declaration.is_some() => {
                    let goods = if act.whole.is_some() { "that goods item of the declaration" } else { "the goods of that declaration" };
                    format!("its validity is judged at this date there, for {goods}")
                }
                (OfficeVerb::Present, ..) => "its validity is judged at this date there".to_owned(),
                (OfficeVerb::Ask | OfficeVerb::ExtendDeadline, Some(deadline), _) => {
                    format!("under verification in {member}; an answer is due by {deadline}")
                }
                (OfficeVerb::Answer, _, Some(true)) => {
                    let doubt = doubt(act, Known::Now).map_or_else(String::new, |doubt| format!(": that does not count{}", since(&doubt)));
                    format!("confirmed to {member}{late}{doubt}")
                }
                (OfficeVerb::Answer, ..) => format!("not confirmed to {member}{late}"),
                (OfficeVerb::Reject | OfficeVerb::DenyPreference, ..) => format!("it holds in {member}; the issuer's word is unchanged"),
                (OfficeVerb::AcceptPartially, ..) => {
                    format!("the lines that it does not name are rejected in {member}; the issuer's word is unchanged")
                }
                (OfficeVerb::Accept, ..) => format!("accepted in {member}; the issuer's word is unchanged"),
                (OfficeVerb::GrantPreference, ..) => {
                    format!("preference in {member}, also where it was presented late or not confirmed; the issuer's word is unchanged")
                }
                _ => format!("noted in {member}; the issuer's word is unchanged"),
            };
            let lines = act.lines.as_deref().map_or_else(String::new, |lines| format!(" ({})", super::destinations::lines_in_words(lines)));
            let decides = act.declaration.is_some() && act.verb != OfficeVerb::Present;
            let goods = match act.whole {
                _ if !decides => "",
                None => ", for the goods of one declaration",
                Some(_) => ", for one goods item of a declaration",
            };
            let before = issued.filter(|issued| act.recorded < **issued).map_or("", |_| UNDER_PREDECESSOR);
            let what = format!("{}{lines}{goods} under {}{reason}{of}{before}", act.verb, act.signed());
            self.tell(act.recorded, act.counts_from(), &act.by, what, effect);
            self.gives(self.kind.and_then(|kind| kind.rules().status_there(act.verb)));
            self.counts_if(doubt(act, self.question.known).is_none());
        }
    }

    /// Each hold and use of its quantity, and what was given back, as far as the block of the facts has it.
    fn uses(&mut self, at: Recorded, record: &RecordFacts, uses: &[UseOfLine]) {
        for (line, name, of) in uses {
            let certified = record.standing.lines.iter().find(|known| known.number == *line).and_then(|line| line.certified);
            let is_draw = of.is_draw();
            let short = |hash: &Hash| hash.to_string().chars().take(16).collect::<String>();
            let (named, item_of) = (short(&name.declaration), of.whole.as_ref().map(short));
            let whose = match item_of {
                _ if is_draw => format!("for the certificate of record {named}…"),
                Some(whole) => format!("for {named}…, a goods item of declaration {whole}…"),
                None => format!("for declaration {named}…"),
            };
            let mut held = 0_u64;
            for act in of.acts.iter().filter(|act| act.recorded.height <= at.height) {
                let (before, amount) = (held, act.amount);
                held = match act.verb {
                    OfficeVerb::Reserve => amount,
                    OfficeVerb::Consume => held.saturating_sub(amount),
                    _ => 0,
                };
                let effect = match act.verb {
                    OfficeVerb::Reserve if before > 0 => "held in the place of what was held before: nobody else may use it",
                    OfficeVerb::Reserve => "held: nobody else may use it",
                    OfficeVerb::Consume => "used up: less remains for everybody",
                    OfficeVerb::Expire => "its last day is over: anybody may use it again",
                    _ if is_draw => "given back, since that certificate was taken back: anybody may use it again",
                    _ => "given back: anybody may use it again",
                };
                let part = part_in_words(amount, certified).map_or_else(String::new, |part| format!(", {part}"));
                let is_before = record.standing.pool.is_some() && act.recorded < record.standing.issued;
                let before = if is_before { UNDER_PREDECESSOR } else { "" };
                let what = format!("{} line {line}{part}, {whose} under {}{before}", act.verb, act.signed());
                self.tell(act.recorded, act.recorded.time.date(), &act.by, what, effect);
            }
        }
    }

    /// Who drew from its quantity.
    fn users(&mut self, record: &RecordFacts) {
        let pool = record.pool();
        let is_used = pool.lines.iter().any(|line| line.consumed > 0);
        let effect =
            if is_used { "less remains for everybody, by what was not given back" } else { "given back since: nothing of it is used now" };
        for user in &pool.users {
            let times = if user.times == 1 { "once".to_owned() } else { format!("{} times, last at {}", user.times, user.last) };
            let given_back = user.given_back.map_or_else(String::new, |count| format!(", {count} given back since"));
            self.tell(user.first, user.first.time.date(), &user.by, format!("used a quantity {times}{given_back}"), effect);
        }
    }

    /// Who applies an agreement, from when on: of the two parties, where a country is asked about, else of all.
    fn adoptions(&mut self, facts: &AgreementFacts, standing: &Standing, reader: Option<&Member>) {
        let AgreementFacts { agreement, issuer, .. } = facts;
        let issuing = agreement.parties_of(standing.country, issuer.as_deref());
        let importing = self.question.for_country.map(|country| agreement.parties_of(country, reader));
        let is_meant =
            |party: CountryCode| importing.as_ref().is_none_or(|importing| importing.contains(&party) || issuing.contains(&party));
        for version in &agreement.versions {
            // Of several versions each is named, since a party may leave one and stay under another.
            let terms = version.terms.digest().to_string();
            let (of, it) = match agreement.versions.len() {
                1 => (String::new(), "in force for it"),
                _ => (format!(", terms {}", terms.get(..8).unwrap_or(&terms)), "these terms hold for it"),
            };
            let not = if agreement.versions.len() == 1 { "no longer in force for it" } else { "these terms no longer hold for it" };
            for adoption in version.adoptions.iter().filter(|adoption| is_meant(adoption.party)) {
                let (what, effect) = if adoption.applies { ("applies", it) } else { ("leaves", not) };
                self.tell(adoption.recorded, adoption.effective, adoption.party, format!("{what} {}{of}", agreement.id), effect);
            }
        }
    }

    /// What a party notified of an authority under an agreement.
    fn notifications(&mut self, facts: &AgreementFacts, authority: &AuthorityId) {
        let all = || facts.notified.iter().flat_map(|(party, list)| list.as_slice().iter().map(move |one| (party, one)));
        let mut notified: Vec<(_, &Notification)> = all().filter(|(_, one)| one.authority == *authority).collect();
        // Where a party has notified others alone, the first of these decides.
        if notified.is_empty() {
            notified.extend(all().min_by_key(|(_, one)| one.recorded));
        }
        for (by, one) in notified {
            let (what, effect) = if one.is_notified {
                match one.authority == *authority {
                    true => ("notifies", "its certificates are recognised by the other parties"),
                    false => ("notifies", "from then on the certificates of notified authorities alone are recognised"),
                }
            } else {
                ("strikes off", "its certificates are no longer recognised by the other parties")
            };
            self.tell(one.recorded, one.effective, by, format!("{what} {} under {}", one.authority, facts.agreement.id), effect);
        }
    }

    /// The arrangements between the issuer and the country for which it is judged.
    fn arrangements(&mut self, facts: &Facts) {
        let Some(between) = &facts.arrangements else { return };
        for arrangement in &between.arrangements {
            let two = [between.recognised, between.recognising];
            let first = (0..).zip(&arrangement.acts).map(|(place, act)| (act, begins(&two, &arrangement.acts, place), true));
            let amended = arrangement.amendments().iter().flat_map(|amendment| {
                let last = amendment.acts.iter().rposition(|act| amendment.agreed == Some(act.recorded));
                let since = amendment.acts.iter().filter(|act| act.verb == ArrangementVerb::Apply).map(|act| act.effective).max();
                (0..).zip(&amendment.acts).map(move |(place, act)| (act, since.filter(|_| last == Some(place)), false))
            });
            for (act, since, is_of_two) in first.chain(amended) {
                let effect = match act.verb {
                    ArrangementVerb::Sign => "signed is not applied".to_owned(),
                    ArrangementVerb::Apply if is_of_two && !two.contains(&act.by) => format!("{} applies it as well", act.by),
                    ArrangementVerb::Apply => {
                        let who =
                            if is_of_two { format!("both {} and {} apply", two[0], two[1]) } else { "every party applies".to_owned() };
                        match since {
                            None => format!("in operation once {who} it"),
                            Some(since) => format!("{who} it: in operation from {since} on"),
                        }
                    }
                    ArrangementVerb::Suspend => format!("{} recognises nobody under it", act.by),
                    ArrangementVerb::Resume => format!("{} recognises again under it", act.by),
                    ArrangementVerb::Terminate => format!("it ends for {}", act.by),
                    ArrangementVerb::TakeBack => format!("{} stays: it does not leave on {}", act.by, act.effective),
                    ArrangementVerb::Amend => "other terms once every party applies them".to_owned(),
                };
                self.tell(act.recorded, act.effective, act.by, format!("{} {}", act.verb, arrangement.id), effect);
            }
        }
    }
}

/// Of what was done before a certificate took over the pool of the one that it replaces.
const UNDER_PREDECESSOR: &str = ", with the certificate that this one replaces";

/// Since when something does not count, and why.
fn since(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Key(_, revoked) | Doubt::Authority(revoked) => format!(" since {}: it was {doubt}", revoked.recorded.time),
        Doubt::NotShown(_) => format!(": it was {doubt}"),
    }
}

/// That something is told of a certificate on which the record rests, and of which.
fn of_base(beneath: Option<&RecordKey>) -> String {
    beneath.map_or_else(String::new, |key| format!(", of record {key}, on which it rests"))
}

/// What becomes of the root key before, when another one takes its place.
fn replaced_root(before: KeyNumber, after: KeyNumber, as_of: Option<Timestamp>) -> String {
    let revoked = as_of.map_or_else(String::new, |as_of| format!("; key {before} is revoked as of {as_of}"));
    format!("key {after} names and revokes its keys from then on{revoked}")
}

/// From when on an arrangement is in operation between parties, if it is this act by which the last of them applied it.
fn begins(parties: &[MemberId], acts: &[ArrangementAct], place: usize) -> Option<CalendarDate> {
    let applied = |acts: &[ArrangementAct]| -> Option<CalendarDate> {
        let by = |party: &MemberId| acts.iter().rev().find(|act| act.verb == ArrangementVerb::Apply && act.by == *party);
        parties.iter().map(|party| by(party).map(|act| act.effective)).collect::<Option<Vec<_>>>()?.into_iter().max()
    };
    let (before, with) = (acts.get(..place)?, acts.get(..=place)?);
    if applied(before).is_none() { applied(with) } else { None }
}

/// An amount as the ledger tells it: a part of what is certified. `None` of a line that certifies no amount.
pub fn part_in_words(amount: u64, certified: Option<u64>) -> Option<String> {
    certified.filter(|certified| *certified > 0).map(|certified| format!("{} of what is certified", percent(amount, certified, 3)))
}

fn effect_of(standing: &Standing, act: &StandingAct) -> String {
    let from = act.effective;
    match act.verb {
        Verb::Issue => format!("in force from {from} on"),
        Verb::Replace => format!("{ONLY_ITS_SUCCESSOR} from {from} on"),
        Verb::Suspend => format!("without effect from {from} on"),
        Verb::Reinstate => format!("in effect again from {from} on"),
        Verb::Withdraw | Verb::Revoke | Verb::Cancel => format!("no longer in force from {from} on"),
        Verb::Annul | Verb::Refuse => "void from the beginning".to_owned(),
        Verb::Reassess => act.until.map_or("the status stays as it is".to_owned(), |until| format!("in force until {until}")),
        Verb::Reaffirm => {
            let by: Vec<String> = reliance::may_be_stood_by(standing)
                .filter(|(number, _)| act.stands_by.as_ref().is_some_and(|named| named.contains(number)))
                .map(|(_, act)| format!("{} in block {}", act.verb.participle(), act.recorded.height))
                .collect();
            let with = if by.is_empty() { String::new() } else { format!(", and so it counts that it was {}", by.join(", ")) };
            format!("the record counts again, with its own dates{with}")
        }
        Verb::CertifyCopy => "a true copy counts as the certificate; it gives no second right".to_owned(),
        Verb::Share => "one more member finds it by its number".to_owned(),
        Verb::TakeBack => format!("what was announced for {from} does not take effect"),
        Verb::Correct => "the corrected document counts".to_owned(),
        Verb::Draft => "not in force yet".to_owned(),
    }
}
