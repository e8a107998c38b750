//! What is odd about a document though it may be meant so: it is recorded as written, and whoever issues it is told.

use super::Item;
use crate::profile::Profile;
use crate::registry::entries;
use contracts::document::{Document, WrittenDate, escape_for_terminal};
use contracts::registry::{Agreement, AgreementId, Member};
use genesis::Founding;
use ledger::id::CertificateNumber;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use std::collections::BTreeMap;

/// How many places of one country in a document are named.
const PLACES_NAMED_MAX: usize = 2;

/// Adds to each document what is odd about it.
pub fn notice(profile: &Profile, items: &mut [Item]) -> anyhow::Result<()> {
    let agreements = agreements(profile, items)?;
    let members = members(profile, items)?;
    for item in items {
        let id = AgreementId::of_class(item.document.class.as_deref()).filter(|_| item.kind.rules().is_under_agreement());
        let agreement = id.and_then(|id| agreements.get(id.as_str()));
        item.doubts.extend(item.kind.rules().doubts(&item.document));
        item.doubts.extend(about_destination(&profile.founding, &item.document));
        item.doubts.extend(agreement.into_iter().flat_map(|agreement| strangers(agreement, &item.document, &members)));
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

/// The members of the countries that these documents name, by country: a union is a party for all of its.
fn members(profile: &Profile, items: &[Item]) -> anyhow::Result<BTreeMap<CountryCode, Member>> {
    let under = items.iter().filter(|item| item.kind.rules().is_under_agreement());
    let mut covering: BTreeMap<CountryCode, _> = BTreeMap::new();
    for country in under.flat_map(|item| named(&item.document)).map(|(country, _)| country) {
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

/// Countries that are no party of the agreement under which the document is made out.
fn strangers(agreement: &Agreement, document: &Document, members: &BTreeMap<CountryCode, Member>) -> Vec<String> {
    let mut places: BTreeMap<CountryCode, Vec<String>> = BTreeMap::new();
    for (country, what) in named(document) {
        if agreement.party_of(country, members.get(&country)).is_none() {
            places.entry(country).or_default().push(what);
        }
    }
    let said = |(country, mut places): (CountryCode, Vec<String>)| {
        places.truncate(PLACES_NAMED_MAX);
        format!("{country}, {}, is no party of {}", places.join(" and "), agreement.id)
    };
    places.into_iter().map(said).collect()
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

/// That whoever holds the file of what it replaces does not read the new number.
pub const NUMBER_NOT_TOLD: &str = "whoever verifies what it replaces does not read its number; with --shares FILE or --predecessor-file FILE, that one's certificate file, its holders do";

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
