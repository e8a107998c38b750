//! The lines about agreements, and what a certificate of origin says that its agreement looks at.
//!
//! ```text
//! adopt    RCEP by NZ                      applies the usual terms from 2020-01-01 on, towards all
//! adopt    RCEP by EU party=EU with=CL,NZ from=2026-05-01 validity=4m name=Second
//! denounce RCEP by NZ effective=2026-06-01
//! notify   NZ-origin under=RCEP by NZ from=2026-01-01
//! strike   NZ-origin under=RCEP by NZ
//! ```

use super::{Words, World, date};
use crate::acts::{AdoptAgreement, LeaveAgreement, NotifyAuthority};
use crate::key;
use crate::kinds::certificate_of_origin::OriginTerms;
use crate::registry::{Agreement, AgreementId, AgreementTerms, CountedFrom, Span};
use ledger::hash::Hash;
use ledger::id::AuthorityId;
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use ledger::transaction::Act;

impl World {
    pub(super) fn agreement_act(&self, words: &Words<'_>, effective: CalendarDate) -> Act {
        let (verb, name, by) = (words.plain[0], words.plain[1], words.after("by"));
        let party = country(words.named.get("party").unwrap_or(&&by[..2]));
        let partners = countries(words, "with");
        let from = words.date("from").unwrap_or(date("2020-01-01"));
        match verb {
            "adopt" => {
                let agreement = AgreementId::parse(name).unwrap();
                AdoptAgreement { agreement, terms: terms(words), party, partners, effective: from }.into_act()
            }
            "denounce" => {
                let agreement = AgreementId::parse(name).unwrap();
                let known: Option<Agreement> = self.entry(&key::agreement(&agreement));
                let named = words.named.get("name").map_or("Agreement", |name| name);
                let digest = known.and_then(|known| known.versions.into_iter().find(|version| version.terms.name == named));
                let terms_digest = digest.map_or(Hash::new([1; 32]), |version| version.terms.digest());
                LeaveAgreement { agreement, terms_digest, party, partners, effective }.into_act()
            }
            _ => {
                let agreement = AgreementId::parse(words.named["under"]).unwrap();
                let authority = AuthorityId::parse(name).unwrap();
                let is_notified = verb == "notify";
                let effective = words.date("from").unwrap_or(effective);
                NotifyAuthority { agreement, party, authority, is_notified, effective }.into_act()
            }
        }
    }
}

fn country(text: &str) -> CountryCode {
    CountryCode::parse(text).unwrap()
}

fn countries(words: &Words<'_>, name: &str) -> Vec<CountryCode> {
    let mut countries: Vec<CountryCode> = words.list(name).iter().map(|text| country(text)).collect();
    if !words.named.contains_key("unsorted") {
        countries.sort();
    }
    countries
}

fn span(text: &str) -> Option<Span> {
    match text.split_at(text.len() - 1) {
        (months, "m") => Some(Span::Months(months.parse().unwrap())),
        (days, "d") => Some(Span::Days(days.parse().unwrap())),
        _ => None,
    }
}

/// The usual terms.
pub(crate) fn any_terms() -> AgreementTerms {
    terms(&Words::of(""))
}

/// The usual terms, but for what the line says: 12 months from issue, retroactive for 12 months, no criteria, everything
/// allowed, between all members.
fn terms(words: &Words<'_>) -> AgreementTerms {
    let without = words.list("no");
    let has = |what: &str| !without.iter().any(|one| one == what);
    let spanned = |name: &str, usual: &str| span(words.named.get(name).unwrap_or(&usual));
    let parties = match words.named.get("parties") {
        Some(_) => countries(words, "parties"),
        None => ["CL", "CN", "EU", "JP", "NZ", "SG"].map(country).to_vec(),
    };
    AgreementTerms {
        name: words.named.get("name").unwrap_or(&"Agreement").to_string(),
        parties,
        validity: spanned("validity", "12m"),
        counted_from: if words.named.get("counted") == Some(&"completion") { CountedFrom::Completion } else { CountedFrom::Issue },
        retroactive: spanned("retroactive", "12m"),
        criteria: words.list("criteria").iter().map(|code| code.replace('_', " ")).collect(),
        copies: has("copies"),
        back_to_back: has("back-to-back"),
        third_party_invoice: has("third-party"),
        declarations: has("declarations"),
        reply: spanned("reply", "none"),
        text_digest: None,
        unmarked: spanned("unmarked", "none"),
    }
}

/// What the line says of shipment, completion, criteria, authorisation and cumulation; `None` if it says nothing.
pub(crate) fn origin_terms(words: &Words<'_>) -> Option<OriginTerms> {
    let terms = OriginTerms {
        shipped: words.date("shipped"),
        completed: words.date("completed"),
        criteria: words.list("criteria"),
        exporter_signature: None,
        authorisation: words.named.get("under").map(|number| number.to_string()),
        cumulates: words.named.get("cumulates") == Some(&"yes"),
    };
    (terms != OriginTerms::default()).then_some(terms)
}
