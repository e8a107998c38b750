//! What is odd about a document though it may be meant so: it is recorded as written, and whoever issues it is told.

use super::Item;
use crate::officer::own_clock;
use crate::profile::Profile;
use crate::registry::entries;
use contracts::context::Known;
use contracts::document::{Document, WrittenDate, escape_for_terminal};
use contracts::registry::{Agreement, AgreementId, AgreementTerms, Member, Notified, Pairs};
use genesis::Founding;
use ledger::codec::Canonical as _;
use ledger::hash::Hash;
use ledger::id::{AuthorityId, CertificateNumber, MemberId};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use std::collections::BTreeMap;

/// How many places of one country in a document are named.
const PLACES_NAMED_MAX: usize = 2;

/// Adds to each document what is odd about it.
pub fn notice(profile: &Profile, authority: &AuthorityId, items: &mut [Item]) -> anyhow::Result<()> {
    let agreements = agreements(profile, items)?;
    let members = members(profile, items)?;
    let notified = notified(profile, &agreements, &members, items)?;
    let today = own_clock().date();
    for item in items {
        let id = AgreementId::of_class(item.document.class.as_deref()).filter(|_| item.kind.rules().is_under_agreement());
        let agreement = id.and_then(|id| agreements.get(id.as_str()));
        item.doubts.extend(item.kind.rules().doubts(&item.document));
        item.doubts.extend(about_destination(&profile.founding, &item.document));
        let Some(agreement) = agreement else { continue };
        item.doubts.extend(strangers(agreement, &item.document, &members, today));
        item.doubts.extend(not_between(agreement, &item.document, &members, today));
        let issued = item.document.issue_date.date;
        let list = |on| {
            let (_, party) = [on, today].into_iter().find_map(|on| judged_by(agreement, &item.document, &members, on))?;
            notified.get(&(agreement.id.as_str().to_owned(), party))
        };
        let mut days = [issued, today.max(issued)].into_iter();
        item.doubts.extend(days.find_map(|on| not_notified(list(on)?, &agreement.id, authority, on)));
    }
    Ok(())
}

/// The agreements of these documents, as far as they stand on the ledger, by name.
fn agreements(profile: &Profile, items: &[Item]) -> anyhow::Result<BTreeMap<String, Agreement>> {
    let under = items.iter().filter(|item| item.kind.rules().is_under_agreement());
    let mut ids: Vec<AgreementId> = under.filter_map(|item| AgreementId::of_class(item.document.class.as_deref())).collect();
    ids.sort();
    ids.dedup();
    let known = entries(profile, ids.iter().map(contracts::key::agreement).collect())?;
    let mut found = BTreeMap::new();
    for id in ids {
        if let Some(agreement) = known.read::<Agreement>(&contracts::key::agreement(&id))? {
            found.insert(id.as_str().to_owned(), agreement);
        }
    }
    Ok(found)
}

/// The terms of an agreement by which a verdict judges a document on a date, and its issuing party by them: those in force between
/// the two countries, or else those that the issuing party applies to anybody.
fn judged_by<'a>(
    agreement: &'a Agreement,
    document: &Document,
    members: &'a BTreeMap<CountryCode, Member>,
    on: CalendarDate,
) -> Option<(&'a AgreementTerms, CountryCode)> {
    let of = |country: CountryCode| (country, members.get(&country));
    let issuing @ (country, member) = of(document.issuing_country);
    // Under no agreement, the issuing party's own terms of the date of issue alone.
    if document.class.is_none() {
        let terms = agreement.adopted_for(country, member, document.issue_date.date, Known::Now)?;
        return Some((terms, terms.party_of(country, member)?));
    }
    let between = document.destination_country.and_then(|to| Pairs { agreement, issuing, importing: of(to) }.in_force(on, Known::Now));
    between.map(|(terms, _, [issuing, _])| (terms, issuing)).or_else(|| {
        let terms = agreement.adopted_for(country, member, on, Known::Now)?;
        Some((terms, terms.party_of(country, member)?))
    })
}

/// Which authorities the issuing parties notified, by agreement and party.
fn notified(
    profile: &Profile,
    agreements: &BTreeMap<String, Agreement>,
    members: &BTreeMap<CountryCode, Member>,
    items: &[Item],
) -> anyhow::Result<BTreeMap<(String, CountryCode), Notified>> {
    let mut places = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind.rules().is_under_agreement()) {
        let id = AgreementId::of_class(item.document.class.as_deref());
        let agreement = id.and_then(|id| agreements.get(id.as_str()));
        let Some(agreement) = agreement else { continue };
        let country = item.document.issuing_country;
        for party in agreement.parties_of(country, members.get(&country)) {
            places.insert((agreement.id.as_str().to_owned(), party), contracts::key::notified(&agreement.id, party));
        }
    }
    let known = entries(profile, places.values().copied().collect())?;
    let mut found = BTreeMap::new();
    for (name, place) in places {
        found.insert(name, known.read::<Notified>(&place)?.unwrap_or_default());
    }
    Ok(found)
}

/// That the issuing authority is not notified on a date on which its party had notified anybody: partners do not recognise what
/// it issues then, as a verdict says.
fn not_notified(notified: &Notified, agreement: &AgreementId, authority: &AuthorityId, on: CalendarDate) -> Option<String> {
    let by_then = || notified.as_slice().iter().rev().filter(|one| one.effective <= on);
    by_then().next()?;
    if notified.holds(authority, on, Known::Now).is_some() {
        return None;
    }
    let struck = by_then().find(|one| one.authority == *authority);
    let what = struck.map_or_else(
        || format!("is not notified under {agreement} on {on}, and others are"),
        |one| format!("was struck off under {agreement} from {} on", one.effective),
    );
    Some(format!(
        "{authority} {what}: partners do not recognise the certificate; its member runs: symbolon agreement notify {authority} --under {agreement}"
    ))
}

/// The members of the countries that these documents name, and of those that issue them, by country: a union is a party for all of its.
fn members(profile: &Profile, items: &[Item]) -> anyhow::Result<BTreeMap<CountryCode, Member>> {
    let under = items.iter().filter(|item| item.kind.rules().is_under_agreement());
    let mut covering: BTreeMap<CountryCode, _> = BTreeMap::new();
    let of = |item: &Item| {
        named(&item.document).into_iter().map(|(country, _)| country).chain([item.document.issuing_country]).collect::<Vec<_>>()
    };
    for country in under.flat_map(of) {
        if let Some(member) = profile.founding.member_for(country) {
            covering.insert(country, contracts::key::member(member.id));
        }
    }
    let mut places: Vec<_> = covering.values().copied().collect();
    places.sort();
    places.dedup();
    let known = entries(profile, places)?;
    let mut found = BTreeMap::new();
    for (country, place) in covering {
        if let Some(member) = known.read::<Member>(&place)? {
            found.insert(country, member);
        }
    }
    Ok(found)
}

/// The countries of destination and origin, and which of the two each is.
fn named(document: &Document) -> Vec<(CountryCode, String)> {
    let mut named: Vec<(CountryCode, String)> = document.destination_country.iter().map(|to| (*to, "the destination".to_owned())).collect();
    for (number, line) in (1_u32..).zip(&document.lines) {
        named.extend(line.origin_countries.iter().map(|origin| (*origin, format!("the origin of line {number}"))));
    }
    named
}

/// Countries that are no party of the agreement under which the document is made out: the destination of none of its versions, an
/// origin not of the terms by which the document is judged.
fn strangers(agreement: &Agreement, document: &Document, members: &BTreeMap<CountryCode, Member>, today: CalendarDate) -> Vec<String> {
    let mut places: BTreeMap<CountryCode, Vec<String>> = BTreeMap::new();
    let days = [document.issue_date.date, today];
    let terms = days.into_iter().find_map(|on| judged_by(agreement, document, members, on)).map(|(terms, _)| terms);
    for (country, what) in named(document) {
        let member = members.get(&country);
        let is_party = match terms.filter(|_| document.destination_country != Some(country)) {
            Some(terms) => terms.party_of(country, member).is_some(),
            None => !agreement.parties_of(country, member).is_empty(),
        };
        if !is_party {
            places.entry(country).or_default().push(what);
        }
    }
    let said = |(country, mut places): (CountryCode, Vec<String>)| {
        places.truncate(PLACES_NAMED_MAX);
        format!("{country}, {}, is no party of {}", places.join(" and "), agreement.id)
    };
    places.into_iter().map(said).collect()
}

/// That nothing is recognised between the two countries as one party, or that the agreement is not in force between them on the
/// date of issue, though it is today.
fn not_between(agreement: &Agreement, document: &Document, members: &BTreeMap<CountryCode, Member>, today: CalendarDate) -> Option<String> {
    let (country, issued) = (document.issuing_country, document.issue_date.date);
    let to = document.destination_country.filter(|to| *to != country && document.class.is_some())?;
    let of = |country: CountryCode| (country, members.get(&country));
    let pairs = Pairs { agreement, issuing: of(country), importing: of(to) };
    if pairs.are_one_party() {
        return Some(format!("{country} and {to} are one party of {}: there is no preference between them", agreement.id));
    }
    let is_ahead = pairs.in_force(issued, Known::Now).is_none() && pairs.in_force(today, Known::Now).is_some();
    is_ahead.then(|| format!("it is dated {issued}, when {} was not in force between {country} and {to}", agreement.id))
}

/// What a document in hand names that is no party of its agreement: countries of origin, the destination.
pub fn of_no_party(founding: &Founding, agreement: &Agreement, document: &Document, today: CalendarDate) -> Vec<String> {
    let founded = founding.first_state();
    let member = |country: CountryCode| {
        let entry = founded.get(&contracts::key::member(founding.member_for(country)?.id))?;
        Some((country, Member::from_bytes(entry).ok()?))
    };
    let countries = named(document).into_iter().map(|(country, _)| country).chain([document.issuing_country]);
    strangers(agreement, document, &countries.filter_map(member).collect(), today)
}

/// A destination in which nobody looks it up, or that is the issuing country itself.
fn about_destination(founding: &Founding, document: &Document) -> Option<String> {
    let destination = document.destination_country?;
    if destination == document.issuing_country && !document.kind.rules().is_used_at_home(document.class.as_deref()) {
        return Some(format!("the destination {destination} is the issuing country itself"));
    }
    let is_covered = founding.member_for(destination).is_some();
    (!is_covered)
        .then(|| format!("the destination {destination} is covered by no member of this network: nobody there finds it by its number"))
}

/// That a link bears another date than the certificate that it names.
pub fn dated_otherwise(how: &str, number: &CertificateNumber, written: Option<&WrittenDate>, recorded: CalendarDate) -> Option<String> {
    let written = written.filter(|written| written.date != recorded)?;
    let number = escape_for_terminal(number.as_str());
    Some(format!("it says that what it {how}, {number}, is dated {}; {number} is dated {recorded}", written.date))
}

/// That a member finds what it replaces, and not this one: what it holds would go on here without it.
pub fn does_not_find_it(member: MemberId, replaced: &CertificateNumber) -> String {
    let replaced = escape_for_terminal(replaced.as_str());
    format!(
        "{member} finds {replaced}, which it replaces, by its number, and not this one: it neither holds nor uses anything of it, before you share it (share FILE --reader {member})"
    )
}

/// That whoever holds the file of what it replaces does not read the new number.
pub const NUMBER_NOT_TOLD: &str = "of whoever verifies what it replaces, only the members that may look one of the two up read its number; with --shares FILE or --predecessor-file FILE, that one's certificate file, all who hold it do";

/// That what it replaces was over already: as a new certificate it would be good again.
pub fn expired(number: &CertificateNumber, last: Option<CalendarDate>, issued: CalendarDate) -> Option<String> {
    let last = last.filter(|last| *last < issued)?;
    let number = escape_for_terminal(number.as_str());
    Some(format!("{number}, which it replaces, was valid until {last} only: goods that were not presented by then are covered anew"))
}

/// That it is of another holder than the status that it replaces.
pub fn of_another_holder(number: &CertificateNumber, before: Option<Hash>, document: &Document) -> Option<String> {
    let (before, holder) = (before?, super::holder_of(document)?);
    let number = escape_for_terminal(number.as_str());
    (before != holder).then(|| {
        format!("{number}, which it replaces, is of another holder, whose status ends with that: it is replaced for the same holder, such as one under a new number, and nobody else")
    })
}

/// That what it rests on was not found.
pub fn not_found(number: &CertificateNumber) -> String {
    let number = escape_for_terminal(number.as_str());
    format!(
        "{number}, on which it rests, is not on this ledger, or nobody here finds it: the link is marked so for ever, and nothing is drawn from it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::document::read_document;

    const TEXT: &str = include_str!("../../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");

    fn with(was: &str, is: &str) -> Document {
        assert!(TEXT.contains(was), "{was}");
        read_document(TEXT.replace(was, is).as_bytes()).unwrap()
    }

    #[test]
    fn a_destination_where_nobody_looks_is_named() {
        let founding = crate::commands::network::tests::founding_of(&["CL", "CN"]);
        let to = |country: &str| {
            about_destination(&founding, &with("\"destination_country\": \"CN\"", &format!("\"destination_country\": \"{country}\"")))
        };
        assert_eq!(to("CN"), None);
        assert!(to("CL").is_some_and(|said| said.contains("the issuing country itself")));
        assert!(to("XX").is_some_and(|said| said.contains("covered by no member")));
    }

    #[test]
    fn an_authority_that_is_not_notified_is_named() {
        let day = |text: &str| CalendarDate::parse(text).unwrap();
        let [own, other] = ["CL-subrei", "CL-aduana"].map(|id| AuthorityId::parse(id).unwrap());
        let recorded = contracts::context::Recorded { height: ledger::time::Height::new(7), time: day("2026-01-01").start_utc() };
        let one = |authority: &AuthorityId, is_notified, from: &str| contracts::registry::Notification {
            authority: authority.clone(),
            is_notified,
            effective: day(from),
            recorded,
        };
        let id = AgreementId::parse("CL-CN").unwrap();
        let said = |notified: &Notified, on: &str| not_notified(notified, &id, &own, day(on)).unwrap_or_default();
        let nobody = Notified::default();
        assert_eq!(said(&nobody, "2026-03-09"), "");
        let others = nobody.with(one(&other, true, "2026-02-01"));
        assert_eq!(said(&others, "2026-01-31"), "");
        assert!(said(&others, "2026-03-09").starts_with("CL-subrei is not notified under CL-CN on 2026-03-09, and others are"));
        let both = others.with(one(&own, true, "2026-02-02"));
        assert_eq!(said(&both, "2026-03-09"), "");
        let struck = both.with(one(&own, false, "2026-03-05"));
        assert_eq!(said(&struck, "2026-03-04"), "");
        assert!(said(&struck, "2026-03-09").starts_with("CL-subrei was struck off under CL-CN from 2026-03-05 on"));
    }

    #[test]
    fn the_terms_of_the_day_say_who_is_a_party_and_whose_list_counts() {
        let day = |text: &str| CalendarDate::parse(text).unwrap();
        let country = |code: &str| CountryCode::parse(code).unwrap();
        let recorded = contracts::context::Recorded { height: ledger::time::Height::new(7), time: day("2026-01-01").start_utc() };
        let version = |parties: &[&str], from: &str| {
            let text = include_str!("../../../../contracts/agreements/rcep.toml");
            let (_, terms) = toml::from_str::<contracts::registry::AgreementFile>(text).unwrap().terms().unwrap();
            let parties: Vec<CountryCode> = parties.iter().map(|code| country(code)).collect();
            let adopted =
                |party| contracts::registry::Adoption { party, partners: Vec::new(), applies: true, effective: day(from), recorded };
            let adoptions = [country("CL"), country("CN")].map(adopted).to_vec();
            contracts::registry::AgreementVersion { terms: AgreementTerms { parties, ..terms }, adoptions }
        };
        let versions = vec![version(&["BR", "CL", "CN"], "2020-01-01"), version(&["CL", "CN"], "2026-04-01")];
        let agreement = Agreement { id: AgreementId::parse("CL-CN").unwrap(), versions };
        let members = BTreeMap::new();
        let document = with("\"origin_country\": \"CL\"", "\"origin_country\": \"BR\"");
        let on = |date: &str| Document { issue_date: WrittenDate { date: day(date), ..document.issue_date.clone() }, ..document.clone() };
        let said = |document: &Document| strangers(&agreement, document, &members, day("2026-05-01")).join("\n");
        assert_eq!(said(&on("2026-03-31")), "");
        assert!(said(&on("2026-04-01")).starts_with("BR, the origin of line 1"), "{}", said(&on("2026-04-01")));
        assert_eq!(judged_by(&agreement, &document, &members, day("2019-12-31")), None);
    }

    #[test]
    fn a_link_with_another_date_is_named() {
        let (number, day) = (CertificateNumber::parse("CL-1").unwrap(), |text: &str| CalendarDate::parse(text).unwrap());
        let written = WrittenDate { date: day("2026-03-09"), as_written: "2026-03-09".to_owned() };
        assert_eq!(dated_otherwise("replaces", &number, Some(&written), day("2026-03-09")), None);
        assert_eq!(dated_otherwise("replaces", &number, None, day("2026-03-08")), None);
        assert_eq!(
            dated_otherwise("replaces", &number, Some(&written), day("2026-03-08")).unwrap(),
            "it says that what it replaces, CL-1, is dated 2026-03-09; CL-1 is dated 2026-03-08"
        );
    }

    #[test]
    fn what_was_over_before_it_is_replaced_and_whose_it_is_is_named() {
        let (number, day) = (CertificateNumber::parse("CL-1").unwrap(), |text: &str| CalendarDate::parse(text).unwrap());
        let said = |last: Option<&str>| expired(&number, last.map(day), day("2026-03-09"));
        assert_eq!((said(None), said(Some("2026-03-09"))), (None, None));
        assert!(said(Some("2026-03-08")).is_some_and(|said| said.starts_with("CL-1, which it replaces, was valid until 2026-03-08 only")));
        let document = read_document(include_bytes!("../../../../contracts/src/kinds/aeo_status/examples/nz-aeo.json")).unwrap();
        let own = crate::commands::issue::holder_of(&document);
        assert!(own.is_some() && of_another_holder(&number, own, &document).is_none());
        assert_eq!(of_another_holder(&number, None, &document), None);
        assert!(of_another_holder(&number, Some(Hash::new([7; 32])), &document).is_some_and(|said| said.contains("of another holder")));
    }

    #[test]
    fn dates_that_contradict_each_other_are_named() {
        let doubts = |was: &str, is: &str| {
            let document = with(was, is);
            document.kind.rules().doubts(&document)
        };
        assert_eq!(doubts("CL-2026-0018834", "CL-2"), Vec::<String>::new());
        let invoiced = with("CL-2026-0018834", "CL-2").value("invoices[1].date").unwrap().to_owned();
        assert!(doubts(&format!("\"date\": \"{invoiced}\""), "\"date\": \"2031-01-01\"")[0].contains("after the date of issue"));
    }
}
