//! Whether an importing country recognises a certificate of origin: the agreement between the two, the notified
//! authority, and the certificate's time. DOMAIN sections 3.3 and 6.
//!
//! An agreement that neither party has put on this ledger leaves the judgement to the issuer's scope, as a flag says.

use super::OriginTerms;
use crate::context::Known;
use crate::destination::{Destination, DestinationAct, Grant, OfficeVerb};
use crate::registry::{Adoption, Agreement, AgreementTerms, Member, Notification, Notified, Pairs};
use crate::standing::{Flags, Link, Standing, StandingAct, Verb};
use crate::verdict::{AgreementFacts, Base, Case, IssuerFacts, Question, Reason, Recognised, Said, Term, Word, goods_in_words, stands_as};
use ledger::hash::Hash;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use std::collections::BTreeSet;

/// Which rules a certificate is judged by.
enum Rule<'a> {
    /// None, since it needs no agreement.
    NotNeeded,
    /// None of an agreement, and why.
    Unknown(String),
    /// Those that the issuing party applies, since no other party is asked about.
    Issuers(&'a AgreementTerms),
    /// Those that two parties apply to each other.
    Between {
        /// The terms by which the certificate is judged: those of its date of issue, where there are any.
        terms: &'a AgreementTerms,
        /// The adoption that put them into force last.
        adopted: &'a Adoption,
        /// The issuing party and the importing one.
        parties: [CountryCode; 2],
    },
}

impl<'a> Rule<'a> {
    /// The terms, if there are any.
    fn terms(&self) -> Option<&'a AgreementTerms> {
        match self {
            Self::NotNeeded | Self::Unknown(_) => None,
            Self::Issuers(terms) | Self::Between { terms, .. } => Some(terms),
        }
    }
}

/// A case with what the importing side recorded of it by the date asked about, which is looked up once: each line of the
/// certificate is asked about each grant.
struct Lodged<'a> {
    case: Case<'a>,
    /// When it was first presented for the goods that are asked about.
    presented: Option<&'a DestinationAct>,
    /// The grants of preference that still count for a line.
    grants: Vec<Grant<'a>>,
}

impl<'a> Lodged<'a> {
    fn of(case: &Case<'a>) -> Self {
        let Question { on, known, .. } = *case.question;
        let presented = presentations(case).filter(|act| is_asked_about(case, act)).min_by_key(|act| act.date);
        let grants = destination(case).map(|destination| destination.grants(&case.record.standing.lines, on, known));
        Self { case: *case, presented, grants: grants.unwrap_or_default() }
    }

    /// The last grant for the goods that are asked about.
    fn granted(&self) -> Option<&'a DestinationAct> {
        self.own_grants().map(|grant| grant.act).max_by_key(|act| act.recorded)
    }

    /// The grants for the goods that are asked about.
    fn own_grants(&self) -> impl Iterator<Item = &Grant<'a>> {
        self.grants.iter().filter(|grant| is_asked_about(&self.case, grant.act))
    }

    /// The grants for other goods.
    fn granted_to_others(&self) -> impl Iterator<Item = &'a DestinationAct> {
        self.grants.iter().map(|grant| grant.act).filter(|act| !is_asked_about(&self.case, act))
    }

    /// The date by which agreement and validity are judged: that of the presentation, else the one asked about.
    fn judged_on(&self) -> CalendarDate {
        self.presented.map_or(self.case.question.on, |act| act.date)
    }
}

/// Which rules hold for a certificate, and whether its agreement is in force between the two countries.
fn rule<'a>(lodged: &Lodged<'a>) -> Result<Rule<'a>, Said> {
    let case = &lodged.case;
    let Case { facts, record, question } = *case;
    let (standing, known) = (&record.standing, question.known);
    let Some(AgreementFacts { agreement, .. }) = record.agreement.as_ref().filter(|facts| facts.agreement.is_here(known)) else {
        return Ok(match &standing.class {
            Some(class) => Rule::Unknown(format!("the agreement {class} is not on this ledger: its rules were not applied")),
            None => Rule::NotNeeded,
        });
    };
    let id = &agreement.id;
    // It rests on no agreement between two: whether another country adopted the terms, or left them, makes no difference.
    if standing.class.is_none() {
        return Ok(issuers_terms(lodged).map_or(Rule::NotNeeded, Rule::Issuers));
    }
    let issuers = || match issuers_terms(lodged) {
        Some(terms) => Rule::Issuers(terms),
        None => Rule::Unknown(format!("{} has not put {id} on this ledger: its rules were not applied", standing.country)),
    };
    let Some(importing) = question.for_country else { return Ok(issuers()) };
    let pairs = pairs(case, agreement, importing);
    if importing == standing.country || pairs.are_one_party() {
        return Ok(issuers());
    }
    let issuing_spoke = agreement.has_word_of(standing.country, facts.issuer.as_deref(), known);
    let importing_spoke = agreement.has_word_of(importing, facts.reader.as_deref(), known);
    if !issuing_spoke && !importing_spoke {
        let why = format!("neither {} nor {importing} has put {id} on this ledger: its rules were not applied", standing.country);
        return Ok(Rule::Unknown(why));
    }
    // What was accepted late counts as what was presented on the last day before a party left.
    let on = excused_after(lodged, &pairs).and_then(|(_, left, _)| left.effective.day_before()).unwrap_or(lodged.judged_on());
    if let Some((now, adopted, parties)) = pairs.in_force(on, known) {
        let terms = pairs.in_force(standing.issue_date, known).map_or(now, |(then, ..)| then);
        return Ok(Rule::Between { terms, adopted, parties });
    }
    for (country, has_party) in
        [(standing.country, pairs.all().any(|(one, _)| one.is_some())), (importing, pairs.all().any(|(_, two)| two.is_some()))]
    {
        if !has_party {
            return Err(not_recognised(Reason::NotAParty, format!("{country} is no party of {id}")));
        }
    }
    if facts.reader.is_none() {
        let why = format!("no member of this ledger covers {importing}: whether {id} is in force there is not known here");
        return Ok(Rule::Unknown(why));
    }
    if let Some((party, act)) = pairs.left(on, known) {
        let counts = act.effective.day_before().and_then(|last| counts_for(lodged, |act| act.date <= last));
        let is_for_other_goods = counts.is_some();
        let counts = counts.map_or_else(String::new, |counts| format!("; {counts}"));
        let said = not_recognised(Reason::AgreementLeft, format!("{party} left {id} from {} on{counts}", act.effective));
        return Err(said.for_other_goods(is_for_other_goods).because(format!("{party} left {id}"), act.recorded));
    }
    let applies = |country, member: Option<&Member>| agreement.adopted_for(country, member, on, known).is_some();
    let both = applies(standing.country, facts.issuer.as_deref()) && applies(importing, facts.reader.as_deref());
    let who = match (issuing_spoke, importing_spoke) {
        (true, true) if both => {
            format!(
                "{id} is not in force between {} and {importing} on {on}: each applies other terms of it, or not towards the other",
                standing.country
            )
        }
        (true, true) => format!("{id} is not in force between {} and {importing} on {on}", standing.country),
        (true, false) => format!("{importing} has not put {id} into force"),
        _ => format!("{} has not put {id} into force", standing.country),
    };
    Err(not_recognised(Reason::AgreementNotInForce, who))
}

/// Who accepted its presentation after a party had left the agreement: that party, its leaving, and the acceptance.
fn excused_after<'a>(lodged: &Lodged<'a>, pairs: &Pairs<'a>) -> Option<(CountryCode, &'a Adoption, &'a DestinationAct)> {
    lodged.case.record.standing.class.as_ref()?;
    let (party, left) = pairs.left(lodged.judged_on(), lodged.case.question.known)?;
    Some((party, left, lodged.granted()?))
}

fn pairs<'a>(case: &Case<'a>, agreement: &'a Agreement, importing: CountryCode) -> Pairs<'a> {
    let issuing = (case.record.standing.country, case.facts.issuer.as_deref());
    Pairs { agreement, issuing, importing: (importing, case.facts.reader.as_deref()) }
}

/// The terms that the issuing party applies to a certificate: on its date of issue, or else, if it is under an agreement, on the
/// date by which it is judged.
fn issuers_terms<'a>(lodged: &Lodged<'a>) -> Option<&'a AgreementTerms> {
    let case = &lodged.case;
    let AgreementFacts { agreement, issuer, .. } = case.record.agreement.as_ref()?;
    let country = case.record.standing.country;
    let of = |date| agreement.adopted_for(country, issuer.as_deref(), date, case.question.known);
    let standing = &case.record.standing;
    of(standing.issue_date).or_else(|| standing.class.as_ref().and_then(|_| of(lodged.judged_on())))
}

/// The terms by which a certificate's time is judged: those between the two parties, or else, as after one of them left, those
/// under which it was issued.
fn terms_of<'a>(lodged: &Lodged<'a>) -> Option<&'a AgreementTerms> {
    rule(lodged).map_or_else(|_| issuers_terms(lodged), |rule| rule.terms())
}

/// The third and fourth question of an importing country: is the agreement in force, is the authority notified?
pub(super) fn recognised(case: &Case<'_>) -> Result<Recognised, Said> {
    let standing = &case.record.standing;
    let lodged = Lodged::of(case);
    let (adopted, parties) = match rule(&lodged)? {
        Rule::NotNeeded => return Ok(Recognised::passed("needs no arrangement")),
        Rule::Issuers(terms) if standing.class.is_none() => {
            let notified = notified_at_home(case, terms)?;
            return Ok(Recognised::passed(format!("needs no arrangement{notified}")));
        }
        Rule::Unknown(_) | Rule::Issuers(_) => {
            let agreement = standing.class.as_deref().unwrap_or("it");
            return Ok(Recognised::passed(format!("{agreement} is within the issuer's scope")));
        }
        Rule::Between { adopted, parties, .. } => (adopted, parties),
    };
    let [one, two] = parties;
    let Some((facts, importing)) = case.record.agreement.as_ref().zip(case.question.for_country) else {
        return Ok(Recognised::passed(format!("it is in force between {one} and {two} since {}", adopted.effective)));
    };
    let notified = notified(facts, standing, &pairs(case, &facts.agreement, importing), one, case.question.known)?;
    let id = &facts.agreement.id;
    let between = format!("between {one} and {two} since {}", adopted.effective);
    let detail = match excused_after(&lodged, &pairs(case, &facts.agreement, importing)) {
        None => format!("{id} is in force {between}{notified}"),
        Some((party, left, granted)) => {
            let when = left.effective;
            format!(
                "{id} was in force {between}, before {party} left it from {when} on; {} accepted the late presentation{notified}",
                granted.by
            )
        }
    };
    Ok(Recognised::passed(detail))
}

/// Whether the authority of a certificate under no agreement is on its own party's list, if that has one. The issuer's own
/// look-up is not asked.
fn notified_at_home(case: &Case<'_>, terms: &AgreementTerms) -> Result<String, Said> {
    let standing = &case.record.standing;
    let party = |country, member: Option<&Member>| terms.party_of(country, member);
    let Some((facts, importing)) = case.record.agreement.as_ref().zip(case.question.for_country) else { return Ok(String::new()) };
    match party(standing.country, case.facts.issuer.as_deref()) {
        Some(own) if importing != standing.country && party(importing, case.facts.reader.as_deref()) != Some(own) => {
            notified(facts, standing, &pairs(case, &facts.agreement, importing), own, case.question.known)
        }
        _ => Ok(String::new()),
    }
}

/// A certificate beneath another was made out by whom its own law let, and notified to the party in which another went on with its
/// goods, if the agreement was in force between the two when that one was issued.
pub(super) fn may_carry(base: &Base<'_>) -> Result<(), Said> {
    let Base { standing, issuer, agreement, above: (above, agreement_above), known } = *base;
    authorised_by(standing, issuer, known)?;
    let Some(facts) = agreement.filter(|facts| facts.agreement.is_here(known)) else { return Ok(()) };
    let importing = agreement_above.and_then(|facts| facts.issuer.as_deref());
    let issuing = (standing.country, facts.issuer.as_deref());
    let pairs = Pairs { agreement: &facts.agreement, issuing, importing: (above.country, importing) };
    if standing.class.is_none() {
        let Some(terms) = facts.agreement.adopted_for(standing.country, facts.issuer.as_deref(), standing.issue_date, known) else {
            return Ok(());
        };
        let [one, two] = [pairs.issuing, pairs.importing].map(|(country, member)| terms.party_of(country, member));
        return one.filter(|_| one != two).map_or(Ok(()), |one| notified(facts, standing, &pairs, one, known).map(|_| ()));
    }
    match pairs.in_force(above.issue_date, known) {
        Some((.., [one, two])) if one != two => notified(facts, standing, &pairs, one, known).map(|_| ()),
        _ => Ok(()),
    }
}

/// The authority is notified on the date of issue, and, as known then, on the date of recording: each if its party had
/// notified anybody by then. The date of issue is the issuer's word, the recording the ledger's, so that dating back takes
/// nobody behind the day on which it was struck off. The list is that of the issuing party of the pair between which the
/// agreement was in force on that date, as known then, or else of the pair by which the certificate is judged: `party`.
fn notified(facts: &AgreementFacts, standing: &Standing, pairs: &Pairs<'_>, party: CountryCode, known: Known) -> Result<String, Said> {
    let list = |date, known| {
        let party = pairs.in_force(date, known).map_or(party, |(.., [issuing, _])| issuing);
        facts.notified.get(&party).map_or(&[][..], Notified::as_slice)
    };
    let issued = standing.issue_date;
    let found = notified_on(list(issued, known), standing, issued, known).map_err(|struck| {
        let why = format!("{} was not notified under {} on {issued}, the date of issue", standing.authority, facts.agreement.id);
        because_struck(not_recognised(Reason::AuthorityNotNotified, why), struck)
    })?;
    // The issue of a draft is its recording; whoever stands by a record later changes nothing about it.
    let recorded = standing.issued.time.date();
    if recorded > issued {
        let then = Known::AtHeight(standing.issued.height);
        notified_on(list(recorded, then), standing, recorded, then).map_err(|struck| {
            let is_later = |one: &&Notification| {
                one.authority == standing.authority && one.is_notified && known.covers(&one.recorded) && one.recorded > standing.issued
            };
            let later = list(recorded, known).iter().find(is_later);
            let since = match (struck, later) {
                (Some(one), _) => format!(": it was struck off from {} on", one.effective),
                (None, Some(one)) => format!(" yet: that came later, at {}: its issuer can replace it", one.recorded),
                (None, None) => String::new(),
            };
            let why = format!(
                "dated {issued} and recorded on {recorded}, when {} was not notified under {}{since}",
                standing.authority, facts.agreement.id
            );
            because_struck(not_recognised(Reason::AuthorityNotNotified, why), struck)
        })?;
    }
    Ok(found.map_or_else(String::new, |one| format!("; {} is notified since {}", one.authority, one.effective)))
}

/// The notification of a record's authority that holds on a date, as known then; none is needed before its party notified
/// anybody. If it is needed and there is none, what struck it off, if it was.
fn notified_on<'a>(
    list: &'a [Notification],
    standing: &Standing,
    date: CalendarDate,
    known: Known,
) -> Result<Option<&'a Notification>, Option<&'a Notification>> {
    let mut by_then = list.iter().rev().filter(|one| known.covers(&one.recorded) && one.effective <= date).peekable();
    if by_then.peek().is_none() {
        return Ok(None);
    }
    match by_then.find(|one| one.authority == standing.authority) {
        Some(one) if one.is_notified => Ok(Some(one)),
        last => Err(last),
    }
}

fn because_struck(said: Said, struck: Option<&Notification>) -> Said {
    match struck {
        Some(one) => said.because(format!("{} was struck off", one.authority), one.recorded),
        None => said,
    }
}

/// A declaration was made out under an authorisation that its maker had on the date of issue.
pub(super) fn authorised(case: &Case<'_>) -> Result<(), Said> {
    case.record.issuer.as_ref().map_or(Ok(()), |issuer| authorised_by(&case.record.standing, issuer, case.question.known))
}

fn authorised_by(standing: &Standing, issuer: &IssuerFacts, known: Known) -> Result<(), Said> {
    let number = OriginTerms::of_standing(standing).authorisation;
    let (authority, date) = (&issuer.authority, standing.issue_date);
    if authority.is_authorised(standing.kind, standing.class.as_deref(), number.as_deref(), date, known) {
        return Ok(());
    }
    let why = match number {
        Some(number) => format!("{} had no authorisation {number} on {date}, the date of issue", authority.id),
        None => format!("{} was to make out declarations under an authorisation alone on {date}, the date of issue", authority.id),
    };
    let said = Said::new(Word::IssuerOutOfScope, Reason::ScopeAuthorisation, why);
    let scopes = authority.acts.iter().rev().find(|act| known.covers(&act.recorded) && act.effective <= date && act.scopes.is_some());
    Err(match scopes {
        Some(act) => said.because(format!("the scopes that {} gave to {}", authority.member(), authority.id), act.recorded),
        None => said,
    })
}

/// What the importing member recorded of it, if it recorded anything.
fn destination<'a>(case: &Case<'a>) -> Option<&'a Destination> {
    case.record.destinations.get(&case.facts.reader.as_deref()?.id)
}

/// Its presentations to offices of the importing member by the date asked about.
fn presentations<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a DestinationAct> {
    let Question { on, known, .. } = *case.question;
    destination(case).into_iter().flat_map(move |destination| destination.presentations(on, known))
}

/// Whether a fact of the importing side is about the goods that are asked about.
fn is_asked_about(case: &Case<'_>, act: &DestinationAct) -> bool {
    act.covers(case.question.declared)
}

/// For what it counts though its time is over: the declarations, or goods items of these, that were presented by its last day, or
/// accepted late, where these are not the goods that are asked about.
fn counts_for(lodged: &Lodged<'_>, is_in_time: impl Fn(&DestinationAct) -> bool) -> Option<String> {
    let case = &lodged.case;
    let presented = presentations(case).filter(|act| !is_asked_about(case, act));
    let in_time: Vec<&DestinationAct> = presented.chain(lodged.granted_to_others()).filter(|act| is_in_time(act)).collect();
    let late: Vec<&DestinationAct> = lodged.granted_to_others().collect();
    let named = |acts: &[&'_ DestinationAct]| acts.iter().filter_map(|act| act.declaration).collect::<BTreeSet<Hash>>();
    let (presented, mut accepted) = (named(&in_time), named(&late));
    accepted.retain(|declaration| !presented.contains(declaration));
    let (act, what, acts) = match (in_time.iter().min_by_key(|act| act.date), late.iter().min_by_key(|act| act.date)) {
        (Some(act), _) if act.verb == OfficeVerb::Present => (act, "presented in time by", &in_time),
        (Some(act), _) => (act, "granted preference in time by", &in_time),
        (None, Some(act)) => (act, "accepted late by", &late),
        (None, None) => return None,
    };
    let goods = goods_in_words(acts.iter().copied(), case.question.declared, true, "first");
    let more = match accepted.len() {
        count if count > 0 && !in_time.is_empty() => format!(", and accepted late for {count} more"),
        _ => String::new(),
    };
    let ask = if case.question.declared.is_none() { "; whether a declaration is one of these is answered with its reference" } else { "" };
    Some(format!("{what} {} for {goods} on {}{more}: it counts for those goods only{ask}", act.by, act.date))
}

/// Until when a certificate may be presented: what the document says and what the agreement says, the earlier of both;
/// a back-to-back certificate no longer than its original.
pub(super) fn term(case: &Case<'_>) -> Term {
    let lodged = Lodged::of(case);
    let mut term = unexcused(&lodged);
    // Late presentation may be excused; that is for the importing customs to decide.
    if let Some(granted) = lodged.granted() {
        let on = lodged.presented.map_or(granted.date, |act| act.date);
        term.judged_on = on;
        // It counts as what was presented on the last day.
        if let Some(until) = term.until.filter(|until| *until < on) {
            let by = term.by.take().map_or_else(String::new, |by| format!("{by}; "));
            (term.judged_on, term.by) = (until, Some(format!("{by}{} accepted the late presentation", granted.by)));
        }
    }
    term
}

/// The lines for which the time is over, where the late presentation was accepted for others alone.
pub(super) fn late_lines(case: &Case<'_>) -> Vec<u32> {
    let lodged = Lodged::of(case);
    if lodged.granted().is_none() {
        return Vec::new();
    }
    let is_over = last_day(case, terms_of(&lodged), lodged.presented).0.is_some_and(|until| until < lodged.judged_on());
    let agreement = case.record.agreement.as_ref().zip(case.question.for_country);
    let has_left =
        || agreement.is_some_and(|(facts, importing)| excused_after(&lodged, &pairs(case, &facts.agreement, importing)).is_some());
    if !(is_over || has_left()) {
        return Vec::new();
    }
    let excused: BTreeSet<u32> = lodged.own_grants().flat_map(|grant| &grant.lines).copied().collect();
    case.record.standing.lines.iter().map(|line| line.number).filter(|number| !excused.contains(number)).collect()
}

/// What the ledger held when goods were presented: on that date, and as it was known by then, so that a later act that is dated
/// back makes nothing late that was not.
fn at_presentation(act: &DestinationAct, question: &Question) -> Question {
    let over = act.date.add_days(1).map(|next| next.start_utc().saturating_sub_ms(1)).filter(|over| *over < act.recorded.time);
    let known = over.map_or(Known::AtHeight(act.recorded.height), Known::AtTime);
    Question { on: act.date, known, ..question.clone() }
}

/// The last day by these terms of goods that were presented so, or are not, and whose rule sets it.
fn last_day(case: &Case<'_>, terms: Option<&AgreementTerms>, presented: Option<&DestinationAct>) -> (Option<CalendarDate>, Option<String>) {
    let standing = &case.record.standing;
    let Term { mut until, mut by, .. } = Term::of_document(case);
    let mut no_later = |day: CalendarDate, rule: String| {
        if until.is_none_or(|before| day < before) {
            (until, by) = (Some(day), Some(rule));
        }
    };
    if let (Some(terms), Some(facts)) = (terms, &case.record.agreement)
        && let (Some(span), Some(last)) = (terms.validity, OriginTerms::of_standing(standing).last_day(terms, standing.issue_date))
    {
        no_later(last, format!("{span} from {} by {}", terms.counted_from, facts.agreement.id));
    }
    if standing.flags.has(Flags::BACK_TO_BACK) {
        let then = presented.map_or_else(|| case.question.clone(), |act| at_presentation(act, case.question));
        for base in standing.bases.iter().filter_map(|link| link.record()) {
            if let Some(until) = stands_as(case.record, base, &then).and_then(|base| last_day_of(base, terms)) {
                no_later(until, "its original ends then".to_owned());
            }
        }
        if let Some(span) = terms.and_then(|terms| terms.validity) {
            for date in dates_of_bases_elsewhere(case) {
                no_later(span.after(date), format!("{span} from {date}, the date of its original as it says"));
            }
        }
    }
    (until, by)
}

/// Whether goods were presented, or preference granted, by the last day that held for them then.
fn is_in_time(case: &Case<'_>, terms: Option<&AgreementTerms>, act: &DestinationAct) -> bool {
    last_day(case, terms, Some(act)).0.is_none_or(|until| act.date <= until)
}

/// The same before any late presentation is excused.
fn unexcused(lodged: &Lodged<'_>) -> Term {
    let case = &lodged.case;
    let standing = &case.record.standing;
    let terms = terms_of(lodged);
    let (until, by) = last_day(case, terms, lodged.presented);
    let mut term = Term { until, by, judged_on: lodged.judged_on(), ..Term::of_document(case) };
    if term.until.is_none() && terms.is_none() {
        let not_known = if standing.class.is_some() { ", and the agreement's rule is not known here" } else { "" };
        term.by = Some(format!("no end of validity is stated{not_known}"));
        if let Ok(Rule::Unknown(why)) = rule(lodged) {
            term.unruled = Some(why);
        }
    }
    let ended = term.until.filter(|until| *until < case.question.on);
    term.lodged = ended.and_then(|until| counts_by(lodged, until));
    term.counts_for = ended.and_then(|_| counts_for(lodged, |act| is_in_time(case, terms, act)));
    term
}

/// The dates that the document in hand states of its originals that are not on this ledger.
fn dates_of_bases_elsewhere<'a>(case: &Case<'a>) -> impl Iterator<Item = CalendarDate> + use<'a> {
    let dates = case.question.document.iter().flat_map(|document| &document.base_dates);
    let stated = case.record.standing.bases.iter().zip(dates);
    stated.filter(|(link, _)| **link == Link::NotOnThisLedger).filter_map(|(_, date)| *date)
}

/// By which fact a certificate counts whose validity is over on the date asked about. That an office dates it back shows in
/// its recording only, and so that is told where it was later.
fn counts_by(lodged: &Lodged<'_>, until: CalendarDate) -> Option<String> {
    let what = match (lodged.presented, lodged.granted()) {
        (Some(act), _) if act.date <= until => format!("what counts is its presentation on {}{}", act.date, recorded_by(act)),
        (_, Some(act)) if act.date <= until => format!("what counts is the preference granted on {}{}", act.date, recorded_by(act)),
        (Some(presented), Some(act)) => format!("{} accepted its late presentation on {}", act.by, presented.date),
        (None, Some(act)) => format!("{} granted preference on {} all the same; no presentation is recorded", act.by, act.date),
        _ => return None,
    };
    Some(format!("its validity ended on {until}: {what}"))
}

/// Which office recorded a fact, and how long after the date that it states, if that was not the same day nearly.
fn recorded_by(act: &DestinationAct) -> String {
    match days_late(act) {
        0 => format!(", recorded by {}", act.by),
        days => format!(", which {} recorded {days} days later, on {}", act.by, act.recorded.time.date()),
    }
}

/// How many days after the date that it states a fact was recorded; none where the difference may be one of time zones.
fn days_late(act: &DestinationAct) -> u32 {
    let days = act.recorded.time.date().days().saturating_sub(act.date.days());
    if days > 1 { days } else { 0 }
}

/// The last day of an original.
pub(super) fn last_day_of(base: &Standing, terms: Option<&AgreementTerms>) -> Option<CalendarDate> {
    let by_rule = terms.and_then(|terms| OriginTerms::of_standing(base).last_day(terms, base.issue_date));
    base.valid_until.into_iter().chain(by_rule).min()
}

/// That two countries are one party of the agreement. The certificate stays what it is: an office of a union asks so about goods
/// that leave for elsewhere, too.
fn one_party(case: &Case<'_>) -> Option<String> {
    let (country, class) = (case.record.standing.country, case.record.standing.class.as_ref()?);
    let importing = case.question.for_country.filter(|importing| *importing != country)?;
    Some(format!("{country} and {importing} are one party of {class}: there is no preference between them"))
}

/// What a person should know of an agreement that is in force between two: that it was not yet when the certificate was made out,
/// and that the issuing party named no authorities.
fn between(case: &Case<'_>, parties: [CountryCode; 2]) -> Vec<String> {
    let Some((facts, importing)) = case.record.agreement.as_ref().zip(case.question.for_country) else { return Vec::new() };
    let ([one, two], known, issued) = (parties, case.question.known, case.record.standing.issue_date);
    let (id, pairs) = (&facts.agreement.id, pairs(case, &facts.agreement, importing));
    let ahead = pairs.in_force(issued, known).is_none();
    let ahead = ahead.then(|| format!("dated {issued}, when {id} was not in force between {one} and {two}"));
    let list = facts.notified.get(&one).map_or(&[][..], Notified::as_slice);
    let is_listed = list.iter().any(|one| known.covers(&one.recorded) && one.effective <= issued);
    let unlisted = (!is_listed).then(|| format!("{one} had notified no authority under {id} here by {issued}: not checked"));
    ahead.into_iter().chain(unlisted).collect()
}

/// What else a person should know.
pub(super) fn flags(case: &Case<'_>, flags: &mut Vec<String>) {
    let standing = &case.record.standing;
    let lodged = Lodged::of(case);
    match rule(&lodged) {
        Ok(Rule::Unknown(why)) if case.question.for_country.is_some() => flags.push(why),
        Ok(Rule::Issuers(_)) => flags.extend(one_party(case)),
        Ok(Rule::Between { parties, .. }) => flags.extend(between(case, parties)),
        _ => {}
    }
    let terms = terms_of(&lodged);
    if let (Some(terms), Some(facts)) = (terms, &case.record.agreement) {
        for (flag, exists, what) in [
            (Flags::BACK_TO_BACK, terms.back_to_back, "back-to-back certificates"),
            (Flags::THIRD_PARTY_INVOICE, terms.third_party_invoice, "invoices of third parties"),
            (Flags::RETROACTIVE, terms.retroactive.is_some(), "retroactive issue"),
        ] {
            if standing.flags.has(flag) && !exists {
                flags.push(format!("{} knows no {what}", facts.agreement.id));
            }
        }
    }
    let counts = |act: &&StandingAct| case.record.issuer.as_ref().is_some_and(|issuer| issuer.counts(standing, act, case.question.known));
    let forms = standing.acts.iter().filter(|act| act.version.is_some() && case.question.known.covers(&act.recorded));
    for act in forms.filter(counts) {
        let what = if act.verb == Verb::Correct { "corrected by annotation" } else { "a true copy was certified" };
        flags.push(format!("{what} on {}", act.effective));
    }
    let own = OriginTerms::of_standing(standing);
    if own.cumulates {
        flags.push("inputs of other parties count as originating (cumulation)".to_owned());
    }
    if let Some(number) = &own.authorisation {
        flags.push(format!("an origin declaration under the authorisation {number}"));
    }
    if let Some(act) = lodged.presented {
        let recorded = act.recorded.time.date();
        let recorded = match days_late(act) {
            0 => String::new(),
            days => format!(" (recorded {days} days later, on {recorded})"),
        };
        let until = term(case).until.filter(|until| act.date <= *until && *until < case.question.on);
        let over = until.map_or_else(String::new, |until| format!("; valid until {until}: what is presented now is late"));
        flags.push(format!("presented on {}{recorded}{over}", act.date));
    }
    let others: Vec<&DestinationAct> = presentations(case).filter(|act| !is_asked_about(case, act)).collect();
    if let Some(first) = others.iter().min_by_key(|act| act.date) {
        let asked = case.question.declared;
        let goods = goods_in_words(others.iter().copied(), asked, asked.is_some(), "first");
        let late = others.iter().filter(|act| !is_in_time(case, terms, act)).count();
        let late = match late {
            0 => String::new(),
            all if all == others.len() => ", after the last day of its validity".to_owned(),
            late => format!(", {late} of them after the last day of its validity"),
        };
        flags.push(format!("presented for {goods} on {}{late}: for these goods its last day is judged at their presentation", first.date));
    }
}

fn not_recognised(reason: Reason, sentence: String) -> Said {
    Said::new(Word::NotRecognised, reason, sentence)
}
