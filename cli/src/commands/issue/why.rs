//! What a refusal's sentence leaves out, since only ledger and document know it: dates, keys, and what to type next.

use super::{Became, Item, kept, rivals};
use crate::commands::authority::{date, scope_text};
use crate::issuer::Done;
use crate::officer;
use crate::output::shown;
use crate::profile::Profile;
use crate::registry::{entries, entry, keys_of};
use contracts::context::Known;
use contracts::document::{Document, escape_for_terminal};
use contracts::refusal::Refusal;
use contracts::registry::{Agreement, AgreementId, AgreementTerms, Authority, Member, Scope};
use contracts::reliance::{self, Given, Reliance};
use contracts::standing::{Life, RecordsAtLocator, Standing};
use ledger::id::{AuthorityId, MemberId};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;

/// What is to be added to a refusal of a document, if anything.
pub fn more(profile: &Profile, authority: &AuthorityId, item: &Item, done: &Done) -> Option<String> {
    match Refusal::from_number(done.number)? {
        Refusal::PeriodOutOfScope => {
            let entry: Authority = entry(profile, contracts::key::authority(authority)).ok()??;
            Some(period(&entry, item.document.issue_date.date, date(None).ok()?))
        }
        Refusal::IssuerOfAnotherCountry => Some(another_country(profile, &item.document, authority)),
        Refusal::ClassOutOfScope => {
            let entry: Authority = entry(profile, contracts::key::authority(authority)).ok()??;
            Some(class(&entry, item, date(None).ok()?))
        }
        Refusal::AlreadyRecordedOtherDocument if item.predecessor.is_some() => {
            Some("a replacement bears a number of its own: give it one that is not in use".to_owned())
        }
        Refusal::OutlivesItsBase => last_day_beneath(profile, item).ok()?.map(|last| format!("state valid_until {last} or an earlier day")),
        _ => None,
    }
}

/// The countries that do not fit.
pub fn another_country(profile: &Profile, document: &Document, authority: &AuthorityId) -> String {
    let own = authority.member();
    let countries = profile.founding.member(own).map(|member| member.countries.as_slice()).unwrap_or_default();
    let covered: Vec<&str> = countries.iter().map(CountryCode::as_str).collect();
    format!(
        "the document names {} as the issuing country, and {authority} is one of {own} ({})",
        document.issuing_country,
        covered.join(", ")
    )
}

/// What the document is of, and the scopes that do not hold it.
fn class(authority: &Authority, item: &Item, today: CalendarDate) -> String {
    let scopes = authority.scopes_on(today.max(item.document.issue_date.date), Known::Now);
    let listed: String = scopes.iter().map(|scope| format!(" --scope '{}'", scope_text(scope))).collect();
    let class = item.document.class.as_deref().map_or_else(|| "no agreement".to_owned(), |class| escape_for_terminal(class).into_owned());
    let (id, member) = (&authority.id, authority.member());
    format!("the document is of {class}, and {id} has{listed}; {member} sets them all anew: symbolon authority scopes {id} --scope SCOPE …")
}

/// The terms of a document's agreement that its issuing party applies on its date of issue, as far as they stand on the ledger.
pub fn terms_of(profile: &Profile, item: &Item) -> anyhow::Result<Option<AgreementTerms>> {
    let (rules, class, country) = (item.kind.rules(), item.document.class.as_deref(), item.document.issuing_country);
    let Some(id) = AgreementId::of_class(class).filter(|_| rules.is_under_agreement()) else { return Ok(None) };
    let issuer = profile.founding.member_for(country).map(|member| contracts::key::member(member.id));
    let place = contracts::key::agreement(&id);
    let known = entries(profile, issuer.into_iter().chain([place]).collect())?;
    let member = issuer.map(|place| known.read::<Member>(&place)).transpose()?.flatten();
    let Some(agreement) = known.read::<Agreement>(&place)? else { return Ok(None) };
    Ok(agreement.adopted_for(country, member.as_ref(), item.document.issue_date.date, Known::Now).cloned())
}

/// The last day of the certificates on which a document rests: the earliest that one of them or the agreement names.
fn last_day_beneath(profile: &Profile, item: &Item) -> anyhow::Result<Option<CalendarDate>> {
    let places: Vec<_> = item.bases.iter().map(contracts::key::standing).collect();
    let known = entries(profile, places.clone())?;
    let terms = terms_of(profile, item)?;
    let mut last: Option<CalendarDate> = None;
    for place in &places {
        let day = known.read::<Standing>(place)?.and_then(|base| item.kind.rules().last_day(&base, terms.as_ref()));
        last = [last, day].into_iter().flatten().min();
    }
    Ok(last)
}

/// The dates that do not fit, and what the authority's member types where they can be mended.
fn period(authority: &Authority, issued: CalendarDate, today: CalendarDate) -> String {
    let (id, member) = (&authority.id, authority.member());
    let scopes = authority.scopes_on(today.max(issued), Known::Now);
    let Some(since) = authority.since(Known::Now).filter(|_| !scopes.is_empty()) else {
        return format!("the certificate is dated {issued}, today is {today}, and {id} has no scope");
    };
    let listed = |scopes: &[Scope]| scopes.iter().map(|scope| format!(" --scope '{}'", scope_text(scope))).collect::<String>();
    let dates = format!("the certificate is dated {issued}, today is {today}; {id} has scopes since {since}, now{}", listed(scopes));
    let first = scopes.iter().filter(|scope| scope.office.is_none()).map(|scope| scope.from.max(since)).min();
    if first.is_none_or(|first| first <= issued) {
        return dates;
    }
    let earlier: Vec<Scope> = scopes.iter().cloned().map(|scope| Scope { from: scope.from.min(issued), ..scope }).collect();
    format!("{dates}; if it was to record earlier ones, {member} runs: symbolon authority scopes {id} --from {issued}{}", listed(&earlier))
}

/// A document that its authority recorded before: that is no failure, unless its key was revoked since.
pub fn already(profile: &Profile, item: &Item, done: &Done, standing: &Standing) -> Became {
    // Another attempt's file is of no use beside a record that it does not open.
    let before = item.kept.as_ref().filter(|kept| kept.since == kept::Since::Before).map(|kept| shown(&kept.path));
    let file = kept::discard(item, true);
    let removed =
        before.filter(|_| file.is_none()).map_or_else(String::new, |path| format!("; {path}, which opens nothing of it, was removed"));
    match revoked_as_of(profile, standing) {
        Err(error) => Became::Unknown { why: format!("recorded already, and {error:#}"), file },
        Ok(Some(why)) => {
            let name = Refusal::from_number(done.number).map_or("", Refusal::name);
            let given = file.unwrap_or_else(|| item.path.clone());
            let message = format!(
                "it is recorded already, {why}; if it is yours, stand by it under a new key: symbolon reaffirm {} --key NEW_KEY",
                shown(&given)
            );
            Became::Refused { number: done.number, name, message }
        }
        Ok(None) if item.shares.is_some() && standing.pool.is_none() => {
            let name = Refusal::from_number(done.number).map_or("", Refusal::name);
            let message =
                "it is recorded already, and not as sharing the quantity of what it replaces, which cannot be added: what is held and \
                           used of that one does not go on in it"
                    .to_owned();
            Became::Refused { number: done.number, name, message }
        }
        Ok(None) => {
            let since = match standing.life() {
                Life::Draft if standing.draft_overtaken(&item.digest, Known::Now).is_some() => ", and another draft took its place since",
                Life::InForce | Life::Draft => "",
                Life::Suspended => " and suspended since",
                Life::Replaced => " and replaced since",
                Life::Ended(verb) => &format!(" and {} since", verb.participle()),
            };
            let lost = if file.is_none() {
                let number = escape_for_terminal(item.document.number.as_str());
                format!(
                    "; {}, of this very document; its certificate file lies where it was first issued, and cannot be made a second time: ask who holds that key for it; without it, officers verify the number or the document, and its receipt alone comes with: symbolon receipt {number} --from {}{removed}",
                    rivals::recorded_first(&number, standing),
                    item.document.issuing_country
                )
            } else {
                String::new()
            };
            let remark = Some(format!("already recorded{since}{lost}"));
            Became::Recorded {
                height: standing.issued.height.get(),
                record: item.record(),
                file,
                remark,
                is_new: false,
                knew_draft: Vec::new(),
            }
        }
    }
}

/// A document that was recorded before, unless `--reader` names a member that does not find it by its number: that is
/// not done by issuing it again.
pub fn found_by_all(profile: &Profile, item: &Item, done: &Done, became: Became) -> Became {
    let Became::Recorded { file, .. } = &became else { return became };
    let given = file.as_ref().unwrap_or(&item.path);
    match not_found_by(profile, item) {
        Ok(members) if members.is_empty() => became,
        Ok(members) => {
            let shares: Vec<String> =
                members.iter().map(|member| format!("\n    symbolon share {} --reader {member} --key KEY", shown(given))).collect();
            let message = format!(
                "it is recorded already, and {} by its number, which an issue does not change any more; the authority that issued it runs:{}",
                do_not_find(&members),
                shares.concat()
            );
            Became::Refused { number: done.number, name: Refusal::from_number(done.number).map_or("", Refusal::name), message }
        }
        Err(error) => Became::Unknown {
            why: format!("recorded already, and whether those of --reader find it by its number is not told: {error:#}"),
            file: file.clone(),
        },
    }
}

fn do_not_find(members: &[MemberId]) -> String {
    let named: Vec<&str> = members.iter().map(MemberId::as_str).collect();
    format!("{} {} not find it", named.join(", "), if named.len() == 1 { "does" } else { "do" })
}

/// Those of `--reader` at whose locator the record does not lie.
fn not_found_by(profile: &Profile, item: &Item) -> anyhow::Result<Vec<MemberId>> {
    let (own, record) = (profile.member()?, item.record());
    let mut places = Vec::new();
    for reader in &item.further {
        let locator = officer::lookup_secret(profile, own, *reader)?.locator(&item.document.number);
        places.push((*reader, contracts::key::locator(own, &locator)));
    }
    let known = entries(profile, places.iter().map(|(_, place)| *place).collect())?;
    let mut without = Vec::new();
    for (reader, place) in places {
        let at: RecordsAtLocator = known.read(&place)?.unwrap_or_default();
        if !at.as_slice().contains(&record) && !without.contains(&reader) {
            without.push(reader);
        }
    }
    Ok(without)
}

/// Why a record does not count until its authority stands by it.
fn revoked_as_of(profile: &Profile, standing: &Standing) -> anyhow::Result<Option<String>> {
    let (authority, keys) = keys_of(profile, standing)?;
    Ok(match reliance::of(standing, Given::Itself, &authority, &keys, Known::Now) {
        Reliance::InDoubt { key, revoked } => Some(format!("under key {key}, which was revoked as of {}, before that", revoked.as_of)),
        Reliance::Holds | Reliance::Reaffirmed { .. } => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::context::Recorded;
    use contracts::kinds::RecordKind;
    use contracts::registry::{AuthorityAct, AuthorityVerb};
    use ledger::time::{Height, Timestamp};

    fn day(text: &str) -> CalendarDate {
        CalendarDate::parse(text).unwrap()
    }

    fn authority(effective: &str, scope: Scope) -> Authority {
        let recorded = Recorded { height: Height::new(7), time: Timestamp::from_millis(1_800_000_000_000) };
        let admission = AuthorityAct {
            verb: AuthorityVerb::Admit,
            effective: day(effective),
            recorded,
            scopes: Some(vec![scope]),
            as_of: None,
            root: None,
        };
        Authority {
            id: AuthorityId::parse("CL-subrei").unwrap(),
            country: CountryCode::parse("CL").unwrap(),
            name: "Subrei".to_owned(),
            acts: vec![admission],
            keys: 1,
        }
    }

    #[test]
    fn a_refusal_of_the_period_names_both_dates_and_what_to_type() {
        let late = authority("2026-11-22", Scope::issuing(RecordKind::CertificateOfOrigin, day("2026-11-22")));
        let said = period(&late, day("2026-03-09"), day("2026-11-22"));
        assert!(said.contains("dated 2026-03-09, today is 2026-11-22; CL-subrei has scopes since 2026-11-22"), "{said}");
        assert!(said.ends_with("symbolon authority scopes CL-subrei --from 2026-03-09 --scope 'origin from 2026-03-09'"), "{said}");
        let over = Scope { until: Some(day("2026-01-31")), ..Scope::issuing(RecordKind::CertificateOfOrigin, day("2025-01-01")) };
        let said = period(&authority("2025-01-01", over), day("2026-03-09"), day("2026-11-22"));
        assert!(said.contains("until 2026-01-31") && !said.contains("authority scopes"), "{said}");
    }
}
