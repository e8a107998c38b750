//! `symbolon agreement`: trade agreements, adopted by each party for itself, and the authorities that it notifies.

use crate::Common;
use crate::commands::authority::{date, decide};
use crate::failure::{Outcome, exit};
use crate::input::read_bounded;
use crate::output;
use crate::profile::Profile;
use crate::registry::{entries, entry};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{AdoptAgreement, AgreementVerb, LeaveAgreement, NotifyAuthority};
use contracts::context::Known;
use contracts::document::escape_for_terminal;
use contracts::registry::{Adoption, Agreement, AgreementFile, AgreementId, AgreementTerms, AgreementVersion, AgreementsOf, Notified};
use ledger::codec::{Canonical as _, Malformed};
use ledger::hash::Hash;
use ledger::id::{AuthorityId, MemberId};
use ledger::place::CountryCode;
use ledger::time::CalendarDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const FILE_BYTES_MAX: u64 = 64 * 1024;

/// What to do about agreements.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon agreement adopt rcep.toml --from 2022-01-01\n  symbolon agreement notify NZ-chamber --under RCEP\n  symbolon agreement leave RCEP --from 2027-01-01\n  symbolon agreement show RCEP",
    after_help = "Files with the terms of the usual agreements: contracts/agreements/*.toml\nin the sources; their README.md explains them."
)]
pub enum AgreementCommand {
    /// Apply an agreement's terms from a date on
    Adopt(Adopt),
    /// Apply them no longer
    Leave(Leave),
    /// Notify an issuing authority to the other parties, or strike it off
    Notify(Notify),
    /// List the agreements that a member has adopted
    List(List),
    /// Show an agreement: terms, who applies them, who is notified
    Show(Show),
}

/// For which party, towards whom, signed with what.
#[derive(clap::Args)]
pub struct Party {
    /// The party: a country that you cover, or your union [default: the only one]
    #[arg(long, value_name = "CC")]
    party: Option<String>,
    /// Towards these parties only [default: all]
    #[arg(long, value_name = "CC,CC", value_delimiter = ',')]
    with: Vec<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Which terms, and since when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon agreement adopt rcep.toml --from 2022-01-01\n  symbolon agreement adopt pem.toml --from 2026-01-01 --party EU --with CH,NO"
)]
pub struct Adopt {
    /// The terms, a TOML file
    file: PathBuf,
    /// From which date on
    #[arg(long, value_name = "DATE")]
    from: String,
    #[command(flatten)]
    party: Party,
}

/// Which agreement, and since when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon agreement leave RCEP --from 2027-01-01\n  symbolon agreement leave PEM --with TR --terms 8c1f…"
)]
pub struct Leave {
    /// The agreement
    agreement: String,
    /// From which date on, today or later [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The digest of the terms [default: those that the party applies]
    #[arg(long, value_name = "SHA-256")]
    terms: Option<String>,
    #[command(flatten)]
    party: Party,
}

/// Which authority.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon agreement notify NZ-chamber --under RCEP\n  symbolon agreement notify NZ-chamber --under RCEP --strike --from 2026-05-01"
)]
pub struct Notify {
    /// The authority, one of your own
    authority: String,
    /// The agreement
    #[arg(long, value_name = "AGREEMENT")]
    under: String,
    /// From which date of issue on [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Strike it off instead
    #[arg(long)]
    strike: bool,
    /// The party: a country that you cover, or your union [default: the only one]
    #[arg(long, value_name = "CC")]
    party: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Whose.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon agreement list\n  symbolon agreement list --member CN --json")]
pub struct List {
    /// The member [default: your own]
    #[arg(long, value_name = "XX")]
    member: Option<String>,
}

/// Which.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon agreement show RCEP\n  symbolon agreement show RCEP --on 2026-03-09 --json")]
pub struct Show {
    /// The agreement
    agreement: String,
    /// On which date [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// If terms, keys or node fail.
pub fn run(common: &Common, command: &AgreementCommand) -> Outcome {
    let profile = common.open()?;
    match command {
        AgreementCommand::Adopt(args) => adopt(common, &profile, args),
        AgreementCommand::Leave(args) => leave(common, &profile, args),
        AgreementCommand::Notify(args) => notify(common, &profile, args),
        AgreementCommand::List(args) => list(common, &profile, args),
        AgreementCommand::Show(args) => show(common, &profile, args),
    }
}

fn adopt(common: &Common, profile: &Profile, args: &Adopt) -> Outcome {
    let (agreement, terms) = read_terms(&args.file)?;
    let effective = date(Some(&args.from))?;
    let (party, partners) = (party(profile, args.party.party.as_deref(), Some(&terms))?, partners(&args.party.with)?);
    let known: Option<Agreement> = entry(profile, contracts::key::agreement(&agreement))?;
    if let Some(code) = terms.criteria.iter().find(|code| code.contains(|letter: char| letter.is_ascii_lowercase())) {
        output::talk(&format!(
            "note: criterion {} has small letters, and certificates have to write it just so",
            escape_for_terminal(code)
        ));
    }
    let others = known.map(|known| others_terms(&known, party, &terms.digest(), effective)).unwrap_or_default();
    let done = format!("{party} applies {agreement} from {effective} on{}, terms {}{others}", towards(&partners), terms.digest());
    let act = AdoptAgreement { agreement, terms, party, partners, effective }.into_act();
    decide(common, profile, &args.party.keys, &act, &done)
}

/// That others apply an agreement and nobody of them these terms, in words: between different terms it is not in force.
fn others_terms(known: &Agreement, party: CountryCode, terms: &Hash, on: CalendarDate) -> String {
    let others: Vec<CountryCode> = applying(known, on).into_iter().filter(|other| *other != party).collect();
    let same = known.versions.iter().find(|version| version.terms.digest() == *terms);
    if others.is_empty() || same.is_some_and(|version| others.iter().any(|other| version.is_applied(*other, on, Known::Now))) {
        return String::new();
    }
    let verb = if others.len() == 1 { "applies" } else { "apply" };
    let others: Vec<String> = others.iter().map(CountryCode::to_string).collect();
    format!(
        "; but {} {verb} other terms of it, and it is in force between parties of the same alone (symbolon agreement show {})",
        others.join(" "),
        known.id
    )
}

fn leave(common: &Common, profile: &Profile, args: &Leave) -> Outcome {
    let entry = current(profile, &args.agreement)?;
    let effective = date(args.from.as_deref())?;
    let newest = entry.versions.last().map(|version| &version.terms);
    let (party, partners) = (party(profile, args.party.party.as_deref(), newest)?, partners(&args.party.with)?);
    let terms_digest = match &args.terms {
        Some(hex) => Hash::from_hex(hex).context("--terms: 64 hexadecimal digits, as symbolon agreement show writes them")?,
        None => applied(&entry, party)?,
    };
    let stays: Vec<String> = applied_now(&entry, party).into_iter().filter(|one| *one != terms_digest).map(|one| one.to_string()).collect();
    let which = if entry.versions.len() > 1 { format!("the terms {terms_digest} of ") } else { String::new() };
    let stays = if stays.is_empty() { String::new() } else { format!("; it stays under its terms {}", stays.join(", ")) };
    let done = format!("{party} leaves {which}{} on {effective}{}{stays}", entry.id, towards(&partners));
    let act = LeaveAgreement { agreement: entry.id, terms_digest, party, partners, effective }.into_act();
    decide(common, profile, &args.party.keys, &act, &done)
}

/// The digests of the versions that a party has adopted and not left for good.
fn applied_now(entry: &Agreement, party: CountryCode) -> Vec<Hash> {
    let last = |version: &&AgreementVersion| {
        let mut own = version.adoptions.iter().rev().filter(|act| act.party == party);
        own.find(|act| act.applies || act.partners.is_empty()).is_some_and(|act| act.applies)
    };
    entry.versions.iter().filter(last).map(|version| version.terms.digest()).collect()
}

/// The digest of the one version that a party has adopted and not left.
fn applied(entry: &Agreement, party: CountryCode) -> anyhow::Result<Hash> {
    let words = entry
        .versions
        .iter()
        .flat_map(|version| &version.adoptions)
        .filter(|act| act.party == party && !act.applies && act.partners.is_empty());
    let ahead = words.map(|act| act.effective).filter(|effective| date(None).is_ok_and(|today| *effective > today)).max();
    match (&applied_now(entry, party)[..], ahead) {
        ([], Some(ahead)) => bail!(
            "{party} has announced that it leaves {} on {ahead}; to stay, adopt its terms again from that day on: symbolon agreement adopt FILE --from {ahead}",
            entry.id
        ),
        ([], None) => bail!("{party} applies no terms of {}; see: symbolon agreement show {0}", entry.id),
        ([one], _) => Ok(*one),
        _ => bail!("{party} applies several versions of {}; name one with --terms, as symbolon agreement show {0} lists them", entry.id),
    }
}

fn notify(common: &Common, profile: &Profile, args: &Notify) -> Outcome {
    let entry = current(profile, &args.under)?;
    let authority = AuthorityId::parse(&args.authority)?;
    let effective = date(args.from.as_deref())?;
    let party = party(profile, args.party.as_deref(), entry.versions.last().map(|version| &version.terms))?;
    let what = if args.strike { "struck off" } else { "notified" };
    let but = if args.strike || effective >= date(None)? {
        ""
    } else {
        "; of those that were recorded before now, for what was recorded on its own date alone"
    };
    let done = format!("{authority} is {what} under {} for {party}, for certificates dated {effective} or later{but}", entry.id);
    let act = NotifyAuthority { agreement: entry.id, party, authority, is_notified: !args.strike, effective }.into_act();
    decide(common, profile, &args.keys, &act, &done)
}

fn list(common: &Common, profile: &Profile, args: &List) -> Outcome {
    let member = match &args.member {
        Some(member) => MemberId::parse(member)?,
        None => profile.member()?,
    };
    let known = profile.founding.member(member).is_some();
    let check = || -> anyhow::Result<()> {
        ensure!(known, "{member} is no member of this network");
        Ok(())
    };
    check()?;
    let ids: AgreementsOf = entry(profile, contracts::key::agreements_of(member))?.unwrap_or_default();
    let places: Vec<_> = ids.as_slice().iter().map(contracts::key::agreement).collect();
    let entries = entries(profile, places.clone())?;
    let today = date(None)?;
    let mut text = format!("agreements of {member} on {today}\n{}", output::head(profile));
    let mut all = Vec::new();
    for place in &places {
        let agreement: Agreement = entries.read(place)?.context("an agreement that is listed is missing")?;
        let parties: Vec<String> = applying(&agreement, today).iter().map(CountryCode::to_string).collect();
        let name = agreement.versions.last().map_or_else(String::new, |version| version.terms.name.clone());
        let who = if parties.is_empty() { "nobody".to_owned() } else { parties.join(" ") };
        let differ = differ(&agreement, today);
        let different = if differ { format!("{DIFFERENT} (agreement show)") } else { String::new() };
        text.push_str(&format!("\n{}  {}\n  applied by {who}{different}", agreement.id, escape_for_terminal(&name)));
        all.push(json!({ "agreement": agreement.id.as_str(), "name": name, "applied_by": parties, "terms_differ": differ }));
    }
    if places.is_empty() {
        text.push_str(&format!("\n{member} has adopted none: symbolon agreement adopt FILE --from DATE"));
    }
    say(common, profile, json!({ "on": today.to_string(), "agreements": all }), &text);
    Ok(exit::GOOD)
}

fn show(common: &Common, profile: &Profile, args: &Show) -> Outcome {
    let agreement = current(profile, &args.agreement)?;
    let on = date(args.on.as_deref())?;
    let mut text = String::new();
    let mut versions = Vec::new();
    let before = std::iter::once(None).chain(agreement.versions.iter().map(Some));
    for (version, before) in agreement.versions.iter().zip(before) {
        let terms = &version.terms;
        text.push_str(&format!("\n{}  terms {}{}", escape_for_terminal(&terms.name), terms.digest(), in_words(terms)));
        text.push_str(
            &before.map_or_else(String::new, |before| format!("\n  other than in the version before: {}", changed(before, version))),
        );
        for act in &version.adoptions {
            let what = if act.applies { "applies it from" } else { "leaves it on" };
            text.push_str(&format!("\n  {} {what} {}{}, block {}", act.party, act.effective, towards(&act.partners), act.recorded.height));
        }
        let own: BTreeSet<CountryCode> = version.adoptions.iter().map(|act| act.party).collect();
        let own: Vec<&str> = own.iter().filter(|party| version.is_applied(**party, on, Known::Now)).map(CountryCode::as_str).collect();
        let own = if own.is_empty() { "nobody".to_owned() } else { own.join(" ") };
        text.push_str(&format!("\n  on {on} applied by {own}"));
        versions.push(version_json(version));
    }
    let (applied_by, differ) = (applying(&agreement, on), differ(&agreement, on));
    if differ {
        let by: Vec<&str> = applied_by.iter().map(CountryCode::as_str).collect();
        text.push_str(&format!("\n\napplied by {}{DIFFERENT}", by.join(" ")));
    }
    let parties: BTreeSet<CountryCode> =
        agreement.versions.iter().flat_map(|version| &version.adoptions).map(|act: &Adoption| act.party).collect();
    let places: Vec<_> = parties.iter().map(|party| contracts::key::notified(&agreement.id, *party)).collect();
    let entries = entries(profile, places.clone())?;
    let mut notified = Vec::new();
    for (party, place) in parties.iter().zip(&places) {
        let list: Notified = entries.read(place)?.unwrap_or_default();
        for one in list.as_slice() {
            let what = if one.is_notified { "notified" } else { "struck off" };
            text.push_str(&format!("\n  {party}: {} {what} from {} on, block {}", one.authority, one.effective, one.recorded.height));
            notified.push(json!({
                "party": party.as_str(), "authority": one.authority.as_str(), "is_notified": one.is_notified,
                "effective": one.effective.to_string(), "height": one.recorded.height.get(),
            }));
        }
    }
    say(
        common,
        profile,
        json!({
            "on": on.to_string(), "agreement": agreement.id.as_str(),
            "applied_by": applied_by.iter().map(CountryCode::as_str).collect::<Vec<_>>(), "terms_differ": differ,
            "versions": versions, "notified": notified,
        }),
        &format!("{} on {on}\n{}{text}", agreement.id, output::head(profile)),
    );
    Ok(exit::GOOD)
}

fn say(common: &Common, profile: &Profile, value: Value, text: &str) {
    if common.json { output::json_list(profile, value) } else { output::result(text) }
}

/// What parties that apply different terms are told.
const DIFFERENT: &str = ", with different terms: it is in force between parties of the same alone";

/// The parties that apply any version on a date, towards anybody.
fn applying(agreement: &Agreement, on: CalendarDate) -> BTreeSet<CountryCode> {
    let acts = agreement.versions.iter().flat_map(|version| &version.adoptions);
    acts.map(|act| act.party).filter(|party| agreement.adopted_for(*party, None, on, Known::Now).is_some()).collect()
}

/// Whether two parties apply no version of the terms in common, so that the agreement is not in force between them.
fn differ(agreement: &Agreement, on: CalendarDate) -> bool {
    let applied = |party: &CountryCode| -> BTreeSet<usize> {
        let versions = agreement.versions.iter().enumerate();
        versions.filter(|(_, version)| version.is_applied(*party, on, Known::Now)).map(|(place, _)| place).collect()
    };
    let parties: Vec<BTreeSet<usize>> = applying(agreement, on).iter().map(applied).collect();
    parties.iter().enumerate().any(|(place, one)| parties.iter().skip(place.saturating_add(1)).any(|other| one.is_disjoint(other)))
}

fn in_words(terms: &AgreementTerms) -> String {
    let list = |words: Vec<&str>, none: &str| if words.is_empty() { none.to_owned() } else { words.join(" ") };
    let span = |span: Option<contracts::registry::Span>, none: &str| span.map_or(none.to_owned(), |span| span.to_string());
    let exists = [
        ("certified copies", terms.copies),
        ("back-to-back certificates", terms.back_to_back),
        ("invoices of third parties", terms.third_party_invoice),
        ("declarations of approved exporters", terms.declarations),
    ];
    let has: Vec<&str> = exists.iter().filter(|(_, has)| *has).map(|(what, _)| *what).collect();
    let has = if has.is_empty() { "none of copies, back-to-back, third-party invoices, declarations".to_owned() } else { has.join(", ") };
    format!(
        "\n  parties {}\n  valid {} from {}, retroactive {} after shipment\n  criteria {}\n  {has}\n  a request for verification is answered within {}",
        list(terms.parties.iter().map(CountryCode::as_str).collect(), "anybody"),
        span(terms.validity, "without an end"),
        terms.counted_from,
        span(terms.retroactive, "never"),
        list(terms.criteria.iter().map(String::as_str).collect(), "not checked"),
        span(terms.reply, "the days that the question names"),
    )
}

/// Which parts of the terms two versions have otherwise, by the names of the JSON.
fn changed(before: &AgreementVersion, version: &AgreementVersion) -> String {
    let (before_json, json) = (version_json(before), version_json(version));
    let names = json.as_object().into_iter().flat_map(serde_json::Map::keys);
    let mut parts: Vec<String> = names
        .filter(|name| !["terms", "adoptions"].contains(&name.as_str()) && before_json.get(*name) != json.get(*name))
        .map(|name| format!("{} ({} before)", name.replace('_', " "), in_brief(before_json.get(name))))
        .collect();
    parts.extend((before.terms.text_digest != version.terms.text_digest).then(|| "the text on paper".to_owned()));
    parts.join(", ")
}

/// A value of the JSON for people.
fn in_brief(value: Option<&Value>) -> String {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Some(Value::Bool(is)) => if *is { "yes" } else { "no" }.to_owned(),
        _ => String::new(),
    };
    if text.is_empty() { "none".to_owned() } else { escape_for_terminal(&text).into_owned() }
}

fn version_json(version: &AgreementVersion) -> Value {
    let terms = &version.terms;
    let codes = |codes: &[CountryCode]| codes.iter().map(CountryCode::to_string).collect::<Vec<_>>();
    let span = |span: Option<contracts::registry::Span>| span.map(|span| span.to_string());
    json!({
        "terms": terms.digest().to_string(), "name": terms.name, "parties": codes(&terms.parties), "validity": span(terms.validity),
        "counted_from": terms.counted_from.as_str(), "retroactive": span(terms.retroactive), "unmarked": span(terms.unmarked),
        "criteria": terms.criteria, "copies": terms.copies, "back_to_back": terms.back_to_back,
        "third_party_invoice": terms.third_party_invoice, "declarations": terms.declarations, "reply": span(terms.reply),
        "adoptions": version.adoptions.iter().map(|act| json!({
            "party": act.party.as_str(), "with": codes(&act.partners), "applies": act.applies, "effective": act.effective.to_string(),
            "height": act.recorded.height.get(),
        })).collect::<Vec<_>>(),
    })
}

fn agreement_id(text: &str) -> anyhow::Result<AgreementId> {
    AgreementId::parse(text)
        .with_context(|| format!("'{}' is no agreement: 1 to 35 printable characters, such as RCEP", escape_for_terminal(text)))
}

fn current(profile: &Profile, text: &str) -> anyhow::Result<Agreement> {
    let id = agreement_id(text)?;
    entry(profile, contracts::key::agreement(&id))?
        .with_context(|| format!("{id} is not on this ledger; adopt its terms first: symbolon agreement adopt FILE --from DATE"))
}

/// The party that is named, or the only one of the own member that the terms have.
fn party(profile: &Profile, given: Option<&str>, terms: Option<&AgreementTerms>) -> anyhow::Result<CountryCode> {
    if let Some(given) = given {
        return CountryCode::parse(given).context("--party");
    }
    let own = profile.member()?;
    let member = profile.founding.member(own).with_context(|| format!("{own} is no member of this network"))?;
    let has = |code: &CountryCode| terms.is_none_or(|terms| terms.has_party(*code));
    let codes: BTreeSet<CountryCode> = member.countries.iter().copied().chain(CountryCode::parse(own.as_str()).ok()).filter(has).collect();
    match codes.into_iter().collect::<Vec<_>>()[..] {
        [one] => Ok(one),
        [] => bail!("{own} covers no party of this agreement; correct its parties, or name one with --party"),
        _ => bail!("{own} speaks for several parties of this agreement: name one with --party"),
    }
}

fn partners(with: &[String]) -> anyhow::Result<Vec<CountryCode>> {
    let codes: Result<BTreeSet<CountryCode>, _> = with.iter().map(|code| CountryCode::parse(code.trim())).collect();
    Ok(codes.context("--with")?.into_iter().collect())
}

fn towards(partners: &[CountryCode]) -> String {
    if partners.is_empty() {
        return String::new();
    }
    let codes: Vec<&str> = partners.iter().map(CountryCode::as_str).collect();
    format!(" towards {}", codes.join(" "))
}

/// An act on an agreement for people: what it does, and below that what belongs to it.
///
/// # Errors
/// If the body is not in its canonical form.
pub fn described(verb: AgreementVerb, body: &[u8]) -> Result<Vec<String>, Malformed> {
    Ok(match verb {
        AgreementVerb::Adopt => {
            let AdoptAgreement { agreement, terms, party, partners, effective } = AdoptAgreement::from_bytes(body)?;
            let line = format!("{party} applies {agreement} from {effective} on{}, terms {}", towards(&partners), terms.digest());
            let words = in_words(&terms);
            std::iter::once(line).chain(words.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)).collect()
        }
        AgreementVerb::Leave => {
            let LeaveAgreement { agreement, terms_digest, party, partners, effective } = LeaveAgreement::from_bytes(body)?;
            vec![format!("{party} leaves {agreement} on {effective}{}, terms {terms_digest}", towards(&partners))]
        }
        AgreementVerb::Notify => {
            let NotifyAuthority { agreement, party, authority, is_notified, effective } = NotifyAuthority::from_bytes(body)?;
            let what = if is_notified { "notified" } else { "struck off" };
            vec![format!("{authority} is {what} under {agreement} for {party}, for certificates dated {effective} or later")]
        }
    })
}

fn read_terms(path: &Path) -> anyhow::Result<(AgreementId, AgreementTerms)> {
    let bytes = read_bounded(path, FILE_BYTES_MAX)
        .context("the terms of the agreement are wanted, a TOML file such as contracts/agreements/rcep.toml of the sources")?;
    let place = || output::shown(path);
    let text = String::from_utf8(bytes).with_context(|| format!("{}: not UTF-8", place()))?;
    let file: AgreementFile = toml::from_str(&text).with_context(place)?;
    file.terms().map_err(|why| anyhow::anyhow!("{}: {why}", place()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named_with_what_it_should_be() {
        let directory = tempfile::tempdir().unwrap();
        let error = read_terms(&directory.path().join("rcep.toml")).unwrap_err();
        let said = crate::failure::one_line(&error);
        assert!(said.contains("a TOML file such as") && said.ends_with("/rcep.toml: there is no such file; check the path"), "{said}");
    }

    #[test]
    fn every_file_with_terms_is_read() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/agreements");
        let mut count = 0;
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let (id, terms) = read_terms(&path).unwrap();
                assert!(in_words(&terms).contains("parties"), "{id}");
                count += 1;
            }
        }
        assert!(count >= 8);
        let wrong = tempfile::tempdir().unwrap().keep().join("wrong.toml");
        std::fs::write(&wrong, "agreement = 7").unwrap();
        assert!(format!("{:#}", read_terms(&wrong).unwrap_err()).contains("wrong.toml"));
    }

    #[test]
    fn an_act_that_waits_is_told_whole() {
        let (agreement, terms) = read_terms(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/agreements/rcep.toml")).unwrap();
        let digest = terms.digest();
        let party = CountryCode::parse("NZ").unwrap();
        let effective = CalendarDate::parse("2022-01-01").unwrap();
        let adopt = AdoptAgreement { agreement, terms, party, partners: Vec::new(), effective }.into_act();
        let lines = crate::commands::approvals::described(&adopt);
        assert_eq!(lines[0], format!("NZ applies RCEP from 2022-01-01 on, terms {digest}"));
        assert!(lines.iter().any(|line| line.contains("12 months from issue")), "{lines:?}");
    }

    #[test]
    fn what_a_new_version_changes_is_named() {
        let (_, terms) = read_terms(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/agreements/rcep.toml")).unwrap();
        let of = |terms: AgreementTerms| AgreementVersion { terms, adoptions: Vec::new() };
        let other = AgreementTerms { validity: None, copies: false, text_digest: Some(Hash::new([1; 32])), ..terms.clone() };
        assert_eq!(changed(&of(terms.clone()), &of(other)), "copies (yes before), validity (12 months before), the text on paper");
        assert_eq!(
            changed(&of(terms.clone()), &of(AgreementTerms { criteria: Vec::new(), ..terms.clone() })).split(' ').next(),
            Some("criteria")
        );
    }

    #[test]
    fn partners_are_sorted_and_read() {
        let with = |text: &[&str]| partners(&text.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
        assert_eq!(towards(&with(&["SG", "CN", "SG"]).unwrap()), " towards CN SG");
        assert_eq!(towards(&with(&[]).unwrap()), "");
        assert!(with(&["China"]).is_err());
    }
}
