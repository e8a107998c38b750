//! `symbolon authority`: a member admits, limits, suspends and revokes its issuing authorities.

mod scope;

use scope::scope;
pub use scope::scope_text;

use crate::Common;
use crate::commands::keys::{as_of, key_number, public_key, say};
use crate::failure::{Outcome, exit};
use crate::issuer::{MemberAct, act_id, member_act};
use crate::output::{self, Mark, banner, marked};
use crate::profile::Profile;
use crate::record::one_of;
use crate::registry::{entries, entry};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{AdmitAuthority, ReinstateAuthority, ReplaceRootKey, RevokeAuthority, SetScopes, SuspendAuthority};
use contracts::context::Known;
use contracts::document::{escape_for_terminal, is_seen_as_it_is};
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::registry::{APPROVAL_DAYS_MAX, AuthoritiesOf, Authority, AuthorityKey, Scope};
use ledger::id::{AuthorityId, KeyNumber, MemberId};
use ledger::place::CountryCode;
use ledger::time::{CalendarDate, Timestamp};
use ledger::transaction::Act;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What to do about authorities.
#[derive(clap::Subcommand)]
#[command(
    before_help = "Examples:\n  symbolon authority admit NZ-mpi --name 'Ministry for Primary Industries' \\\n      --root-key ed25519:5f… --scope 'sps 851 from 2020-01-01 covers 2026-01-01'\n  symbolon authority scopes NZ-mpi --scope 'sps from 2020-01-01'\n  symbolon authority suspend NZ-mpi --from 2026-03-09\n  symbolon authority revoke NZ-mpi --as-of 2026-03-01T00:00:00Z\n  symbolon authority root NZ-mpi 2 --as-of 2026-03-01T00:00:00Z\n  symbolon authority list NZ",
    after_help = scope_grammar()
)]
pub enum AuthorityCommand {
    /// Admit an authority with its first scopes
    Admit(Admit),
    /// Give an authority other scopes, in place of all it had
    Scopes(Scopes),
    /// Suspend an authority: nothing dated in the suspension counts
    Suspend(Dated),
    /// End the suspension
    Reinstate(Dated),
    /// Revoke an authority for good, as of a time
    Revoke(Revoke),
    /// Put another key of an authority in the place of its root key, lost or stolen
    Root(Root),
    /// List the authorities of a member, with their scopes of today
    List(List),
}

/// How a scope is typed.
fn scope_grammar() -> String {
    format!(
        "A scope is: KIND [CLASS ...] [from DATE] [until DATE] [covers DATE]\n[authorisation NUMBER] [daily COUNT] [officials COUNT] [office ACTS].\nKIND is {}; classes are agreements, document types or\nprogrammes, none for any; 'covers' promises that every such certificate\nissued since DATE is recorded here; 'authorisation' is an approved exporter's,\nfor origin declarations under that number and nothing else; 'daily' is how\nmany certificates it records on one UTC day at most; 'officials' is how many\nof its keys sign each act, the root key not counted; 'office' makes it\nan office of the importing side: 'all', or some of present, acknowledge,\naccept, reject, accept-partially, grant-preference, deny-preference,\nask-for-verification, extend-the-deadline, close-the-question, reserve,\nconsume, release, expire.",
        RecordKind::words()
    )
}

/// Whom, and for what.
#[derive(clap::Args)]
#[command(
    after_help = scope_grammar(),
    before_help = "Examples:\n  symbolon authority admit NZ-mpi --name 'Ministry for Primary Industries' \\\n      --root-key ed25519:5f… --scope 'sps 851 from 2020-01-01 covers 2026-01-01'\n  symbolon authority admit CL-subrei --name Subrei --root-key ed25519:5f… \\\n      --from 2026-01-01 --scope 'origin CL-CN CL-NZ' --scope 'origin RCEP'\n  symbolon authority admit CL-customs --name Aduanas --root-key ed25519:5f… \\\n      --scope 'origin office all' --scope 'sps office all'"
)]
pub struct Admit {
    /// The authority: your member's letters, a hyphen and a name
    authority: String,
    /// Its name for people
    #[arg(long)]
    name: String,
    /// Its root key (ed25519:…), made by the authority itself
    #[arg(long, value_name = "KEY")]
    root_key: String,
    /// What it may record; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<String>,
    /// The country for which it issues [default: the member's only one]
    #[arg(long, value_name = "XX")]
    country: Option<String>,
    /// Since when it is admitted: certificates dated earlier are out of its scope [default: the first date of its scopes]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Whose, and which.
#[derive(clap::Args)]
#[command(
    after_help = scope_grammar(),
    before_help = "Examples:\n  symbolon authority scopes NZ-mpi --scope 'sps 851 853 from 2020-01-01'\n  symbolon authority scopes NZ-mpi --from 2019-01-01 \\\n      --scope 'sps from 2019-01-01'      an admission dated too late, corrected\n  symbolon authority scopes NZ-mpi       none: it is retired from today on"
)]
pub struct Scopes {
    /// The authority
    authority: String,
    /// What it may record from then on; none retires it
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// From which date on [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Whom, and since when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon authority suspend NZ-mpi --from 2026-03-09\n  symbolon authority reinstate NZ-mpi\n  symbolon authority reinstate NZ-mpi --from 2026-03-09",
    after_help = "Nothing dated in the suspension counts, whenever it was recorded. A\nsuspension by mistake is ended from its own date on, as if it had never\nbeen; an earlier date than that is refused."
)]
pub struct Dated {
    /// The authority
    authority: String,
    /// From which date on [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Whom, and as of when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon authority revoke NZ-mpi --as-of 2026-03-01T00:00:00Z\n  symbolon authority revoke NZ-mpi --as-of now",
    after_help = "What it recorded before that time stands. What it recorded at that time or\nlater is not valid for new use; what was used of it stands. It records nothing\nany more, so that nobody reaffirms: another authority issues the honest\ncertificates anew. A stolen key alone: symbolon keys revoke."
)]
pub struct Revoke {
    /// The authority
    authority: String,
    /// What it recorded at this time or later is not to be relied on: a time, a date (its first moment, 00:00 UTC),
    /// or the word now, which means five seconds ago. It cannot be corrected later
    #[arg(long, value_name = "TIME")]
    as_of: String,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Whose, which, and as of when.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon authority root NZ-mpi 2 --as-of now     the root key is lost\n  symbolon authority root NZ-mpi 2 --as-of 2026-03-01T00:00:00Z     it is stolen",
    after_help = "The new root key is one that the authority named itself, before that time: a\nmember makes no key for its authority. From then on it names and revokes the\nauthority's keys, and the one before signs nothing. What the one before recorded\nbefore that time stands. Keys that were named since that time are revoked with\nit: symbolon keys list shows them; name the honest officials others."
)]
pub struct Root {
    /// The authority
    authority: String,
    /// The number of the key that becomes the root key, as `symbolon keys list AUTHORITY` shows it
    #[arg(value_parser = key_number)]
    number: u32,
    /// What was recorded under the root key of before at this time or later is not to be relied on: a time, a date
    /// (its first moment, 00:00 UTC), or the word now, which means five seconds ago. It cannot be corrected later
    #[arg(long, value_name = "TIME")]
    as_of: String,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
}

/// Whose.
#[derive(clap::Args)]
#[command(before_help = "Examples:\n  symbolon authority list\n  symbolon authority list NZ")]
pub struct List {
    /// The member [default: your own]
    member: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// If arguments, keys or node fail.
pub fn run(common: &Common, command: &AuthorityCommand) -> Outcome {
    let profile = common.open()?;
    match command {
        AuthorityCommand::Admit(args) => admit(common, &profile, args),
        AuthorityCommand::Scopes(args) => {
            let effective = date(args.from.as_deref())?;
            let scopes = args.scopes.iter().map(|text| scope(text, effective)).collect::<anyhow::Result<Vec<_>>>()?;
            promises_from(&scopes, CalendarDate::FIRST)?;
            let (authority, follows) = current(&profile, &args.authority)?;
            let done = match scopes.as_slice() {
                [] => format!("{authority} is retired: it has no scope from {effective} on"),
                scopes => format!("{authority} has these scopes from {effective} on, in place of all before:{}", listed(scopes)),
            };
            decide(common, &profile, &args.keys, &SetScopes { authority, effective, scopes, follows }.into_act(), &done)
        }
        AuthorityCommand::Suspend(args) => {
            let effective = date(args.from.as_deref())?;
            let (authority, follows) = current(&profile, &args.authority)?;
            let done = suspended(&authority, effective, date(None)?);
            decide(common, &profile, &args.keys, &SuspendAuthority { authority, effective, follows }.into_act(), &done)
        }
        AuthorityCommand::Reinstate(args) => {
            let effective = date(args.from.as_deref())?;
            let (authority, follows) = current(&profile, &args.authority)?;
            let done = format!("{authority} is reinstated from {effective} on");
            decide(common, &profile, &args.keys, &ReinstateAuthority { authority, effective, follows }.into_act(), &done)
        }
        AuthorityCommand::Revoke(args) => {
            let as_of = as_of(&args.as_of)?;
            let (authority, follows) = current(&profile, &args.authority)?;
            let done = revoked(&authority, as_of);
            decide(common, &profile, &args.keys, &RevokeAuthority { authority, as_of, follows }.into_act(), &done)
        }
        AuthorityCommand::Root(args) => {
            let as_of = as_of(&args.as_of)?;
            let (authority, follows) = current(&profile, &args.authority)?;
            let number = KeyNumber::new(args.number);
            if let Some(why) = no_key_for_root(&profile, &authority, number, as_of)? {
                return Ok(say(common, &profile, 0, Refusal::NoKeyForRoot.number(), &why, ""));
            }
            let done = format!(
                "key {number} of {authority} is its root key; the one before is revoked as of {as_of}\n    keys that were named since then are revoked with it: symbolon keys list {authority} shows them; name honest officials others"
            );
            decide(common, &profile, &args.keys, &ReplaceRootKey { authority, number, as_of, follows }.into_act(), &done)
        }
        AuthorityCommand::List(args) => list(common, &profile, args),
    }
}

/// Why a key cannot become the root key, before anybody signs that: the rules' own sentence names all causes.
fn no_key_for_root(profile: &Profile, authority: &AuthorityId, number: KeyNumber, as_of: Timestamp) -> anyhow::Result<Option<String>> {
    let (place, of_key) = (contracts::key::authority(authority), contracts::key::authority_key(authority, number));
    let known = entries(profile, vec![place, of_key])?;
    let Some((admitted, key)) = known.read::<Authority>(&place)?.zip(known.read::<AuthorityKey>(&of_key)?) else { return Ok(None) };
    let now = crate::officer::own_clock();
    let cause = if number == admitted.root_key() {
        "is the root key already".to_owned()
    } else if let Some(revoked) = key.revocation(Known::Now) {
        format!("was revoked as of {}", revoked.as_of)
    } else if key.valid_until.is_some_and(|until| until < now) {
        format!("signs no longer: its window ended at {}", key.valid_until.map_or_else(String::new, |until| until.to_string()))
    } else if key.named.time >= as_of {
        format!(
            "was named at {}, not before {as_of}, the time as of which the root key would be revoked, and so perhaps by a thief",
            key.named.time
        )
    } else {
        return Ok(None);
    };
    Ok(Some(format!(
        "key {number} of {authority} {cause}; name another of its keys (symbolon keys list {authority}), or revoke the authority (symbolon authority revoke) and admit a new one"
    )))
}

/// What a suspension means, for who decides it: one that reaches back takes away what counted.
pub fn suspended(authority: &AuthorityId, effective: CalendarDate, today: CalendarDate) -> String {
    let done = format!("{authority} is suspended from {effective} on");
    match today.days().saturating_sub(effective.days()) {
        0 => done,
        days => format!(
            "{done}: it reaches {days} day{} back, and what is dated since does not count any more\n    if that is a mistake: symbolon authority reinstate {authority} --from {effective}, as if it had never been",
            if days == 1 { "" } else { "s" }
        ),
    }
}

/// What a revocation means, for who decides it.
fn revoked(authority: &AuthorityId, as_of: Timestamp) -> String {
    format!(
        "{authority} is revoked for good as of {as_of}:\n    recorded before: stands\n    recorded from then on: not valid for new use; what was used of it stands\n    from now on: it records nothing, and reaffirms nothing; another authority issues the honest certificates anew\n    a key that it revoked itself at that time or later, as of an earlier one: what it signed before that time stands again, since a thief may have revoked it (keys list names these)"
    )
}

/// Reads a date argument; today if there is none.
///
/// # Errors
/// If it is no date.
pub fn date(text: Option<&str>) -> anyhow::Result<CalendarDate> {
    match text {
        None => Ok(crate::officer::own_clock().date()),
        Some(text) => crate::commands::verify::calendar_date("the date", text),
    }
}

/// Whether each promise that everything is recorded begins no earlier than its scope and the admission.
fn promises_from(scopes: &[Scope], admitted: CalendarDate) -> anyhow::Result<()> {
    for scope in scopes {
        let first = scope.from.max(admitted);
        ensure!(
            scope.coverage_since.is_none_or(|since| since >= first),
            "--scope '{}': it promises to record what is issued before {first}, since when it may record; let 'covers' name that date or a later one, or 'from' an earlier one",
            scope_text(scope)
        );
    }
    Ok(())
}

/// Scopes as they were understood, below the line that names the authority.
fn listed(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| format!("\n    scope {}", scope_text(scope))).collect()
}

/// A name for people that cannot pass for another.
///
/// # Errors
/// If it holds characters that a reader does not see.
pub fn visible(flag: &str, name: &str) -> anyhow::Result<()> {
    let seen = |c: char| if c.is_whitespace() && c != ' ' { c.escape_unicode().to_string() } else { c.to_string() };
    let shown: String = escape_for_terminal(name).chars().map(seen).collect();
    ensure!(
        is_seen_as_it_is(name),
        "{flag} '{shown}': the name holds characters that are not seen or turn the direction of the text, or blanks at its ends or other than the space; leave them out"
    );
    Ok(())
}

fn current(profile: &Profile, text: &str) -> anyhow::Result<(AuthorityId, u32)> {
    let authority = AuthorityId::parse(text)?;
    let entry: Authority =
        entry(profile, contracts::key::authority(&authority))?.with_context(|| format!("{authority} is not admitted on this ledger"))?;
    Ok((authority, u32::try_from(entry.acts.len())?))
}

fn admit(common: &Common, profile: &Profile, args: &Admit) -> Outcome {
    let authority = AuthorityId::parse(&args.authority)?;
    let given = date(args.from.as_deref())?;
    let country = match &args.country {
        Some(country) => CountryCode::parse(country)?,
        None => {
            let own = profile.member()?;
            let countries = profile.founding.member(own).map(|member| member.countries.as_slice()).unwrap_or_default();
            match countries {
                [only] => *only,
                _ => {
                    return Err(anyhow::anyhow!(
                        "{own} covers several countries; say for which one it issues: --country {}",
                        one_of(countries)
                    )
                    .into());
                }
            }
        }
    };
    let scopes = args.scopes.iter().map(|text| scope(text, given)).collect::<anyhow::Result<Vec<_>>>()?;
    let first = scopes.iter().map(|scope| scope.from).min().filter(|_| args.from.is_none());
    let effective = first.map_or(given, |first| first.min(given));
    promises_from(&scopes, effective)?;
    visible("--name", &args.name)?;
    let done = format!("{authority} is admitted for {country} from {effective} on:{}", listed(&scopes));
    let act =
        AdmitAuthority { authority, country, name: args.name.clone(), scopes, root_key: public_key(&args.root_key)?, effective }.into_act();
    decide(common, profile, &args.keys, &act, &done)
}

/// Submits an act of the own member and says what became of it.
///
/// # Errors
/// If keys or node fail.
pub fn decide(common: &Common, profile: &Profile, keys: &[PathBuf], act: &Act, done: &str) -> Outcome {
    match member_act(profile, keys, act)? {
        MemberAct::Done { height } => Ok(say(common, profile, height, 0, "", done)),
        MemberAct::Refused { number, message } => Ok(say(common, profile, 0, number, &message, done)),
        MemberAct::Waiting { signed, threshold, own } => Ok(waits(common, profile, act, signed, threshold, own)),
    }
}

/// Says that an act waits for others, and what they have to do.
fn waits(common: &Common, profile: &Profile, act: &Act, signed: usize, threshold: u32, own: bool) -> u8 {
    let id = act_id(act).to_string();
    if common.json {
        output::json(serde_json::json!({
            "environment": profile.founding.environment().as_str(), "accepted": false, "waiting": true, "act": id,
            "signed": signed, "threshold": threshold,
        }));
    } else {
        let again = if own { "" } else { "; with the keys at hand it was signed before" };
        output::result(&format!(
            "{}  {signed} of {threshold} governance keys signed{again}. Within {APPROVAL_DAYS_MAX} days another official runs:\n    symbolon network approve {id} --key FILE\n{}",
            marked(Mark::Unknown, "waiting", output::colour_on_stdout()),
            banner(profile.founding.environment(), profile.founding.name())
        ));
    }
    exit::GOOD
}

/// A suspension or its end that is announced for a later date.
struct Turn {
    /// Whether it suspends.
    suspends: bool,
    /// From which date on.
    from: CalendarDate,
}

impl std::fmt::Display for Turn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} from {} on", if self.suspends { "SUSPENDED" } else { "reinstated" }, self.from)
    }
}

/// What turns after a date, as far as it is announced and nothing that was recorded later overtakes it.
fn announced(authority: &Authority, today: CalendarDate) -> Vec<Turn> {
    let later: BTreeSet<CalendarDate> = authority.acts.iter().map(|act| act.effective).filter(|date| *date > today).collect();
    let suspended = |date| authority.suspended_on(date, Known::Now).is_some();
    let mut turns = Vec::new();
    let mut before = suspended(today);
    for from in later {
        let suspends = suspended(from);
        if suspends != before {
            turns.push(Turn { suspends, from });
        }
        before = suspends;
    }
    turns
}

fn list(common: &Common, profile: &Profile, args: &List) -> Outcome {
    let member = match &args.member {
        Some(member) => MemberId::parse(member)?,
        None => profile.member()?,
    };
    if profile.founding.member(member).is_none() {
        let unknown = || -> anyhow::Result<()> { bail!("{member} is no member of this network") };
        unknown()?;
    }
    let all: AuthoritiesOf = entry(profile, contracts::key::authorities_of(member))?.unwrap_or_default();
    let places: Vec<_> = all.as_slice().iter().map(|listed| contracts::key::authority(&listed.id)).collect();
    let entries = entries(profile, places.clone())?;
    let today = date(None)?;
    let mut text = format!("authorities of {member} on {today}\n{}", output::head(profile));
    let mut json = Vec::new();
    for place in &places {
        let authority: Authority = entries.read(place)?.context("a listed authority is missing")?;
        let scopes: Vec<String> = authority.scopes_on(today, Known::Now).iter().map(scope_text).collect();
        let suspended = authority.suspended_on(today, Known::Now).map(|act| act.effective);
        let revoked = authority.revoked(Known::Now).map(|revoked| revoked.as_of);
        let turns = announced(&authority, today);
        let mut state = suspended.map_or_else(String::new, |since| format!("; SUSPENDED since {since}"));
        state.extend(turns.iter().map(|turn| format!("; {turn}")));
        state.extend(revoked.map(|as_of| format!("; REVOKED as of {as_of}")));
        text.push_str(&format!(
            "\n  {}  {} ({}), {} key{}{state}",
            authority.id,
            escape_for_terminal(&authority.name),
            authority.country,
            authority.keys,
            if authority.keys == 1 { "" } else { "s" }
        ));
        for scope in &scopes {
            text.push_str(&format!("\n      {scope}"));
        }
        json.push(serde_json::json!({
            "authority": authority.id.as_str(), "name": authority.name, "country": authority.country.as_str(), "keys": authority.keys,
            "scopes": scopes, "suspended_since": suspended.map(|date| date.to_string()),
            "announced": turns.iter().map(|turn| serde_json::json!({
                "suspended": turn.suspends, "from": turn.from.to_string(),
            })).collect::<Vec<_>>(),
            "revoked_as_of": revoked.map(|as_of| as_of.to_string()),
        }));
    }
    if places.is_empty() {
        text.push_str("\n  none is admitted; see: symbolon authority admit --help");
    }
    if common.json {
        output::json_list(profile, serde_json::json!({ "member": member.as_str(), "on": today.to_string(), "authorities": json }));
    } else {
        output::result(&text);
    }
    Ok(exit::GOOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_is_listed_with_its_date_unless_it_was_overtaken() {
        use contracts::context::Recorded;
        use contracts::registry::{AuthorityAct, AuthorityVerb};
        let day = |text: &str| CalendarDate::parse(text).unwrap();
        let act = |verb, from: &str| AuthorityAct {
            verb,
            effective: day(from),
            recorded: Recorded { height: ledger::time::Height::new(7), time: Timestamp::from_millis(1_800_000_000_000) },
            scopes: None,
            as_of: None,
            root: None,
        };
        let said = |acts: &[(AuthorityVerb, &str)]| {
            let authority = Authority {
                id: AuthorityId::parse("CL-subrei").unwrap(),
                country: CountryCode::parse("CL").unwrap(),
                name: "Subrei".to_owned(),
                acts: acts.iter().map(|(verb, from)| act(*verb, from)).collect(),
                keys: 1,
            };
            announced(&authority, day("2026-03-09")).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        use AuthorityVerb::{Reinstate, Suspend};
        assert_eq!(said(&[(Suspend, "2026-04-01")]), "SUSPENDED from 2026-04-01 on");
        assert_eq!(said(&[(Suspend, "2026-03-01")]), "");
        assert_eq!(said(&[(Suspend, "2026-03-01"), (Reinstate, "2026-03-20")]), "reinstated from 2026-03-20 on");
        assert_eq!(
            said(&[(Suspend, "2026-04-01"), (Reinstate, "2026-05-01")]),
            "SUSPENDED from 2026-04-01 on; reinstated from 2026-05-01 on"
        );
        assert_eq!(said(&[(Suspend, "2026-04-01"), (Reinstate, "2026-03-09")]), "", "it was taken back");
    }

    #[test]
    fn no_promise_begins_before_scope_or_admission() {
        let day = |text: &str| CalendarDate::parse(text).unwrap();
        let promised = |text: &str, admitted: &str| promises_from(&[scope(text, day("2026-03-09")).unwrap()], day(admitted));
        promised("sps from 2020-01-01 covers 2026-01-01", "2020-01-01").unwrap();
        promised("sps", "2026-03-09").unwrap();
        for (text, admitted) in [("sps covers 2026-03-08", "2020-01-01"), ("sps from 2020-01-01 covers 2026-01-01", "2026-03-09")] {
            let said = promised(text, admitted).unwrap_err().to_string();
            assert!(said.contains("before 2026-03-09"), "{said}");
        }
    }

    #[test]
    fn a_name_that_is_not_seen_as_it_is_is_refused() {
        for good in ["Añejo & Söhne", "海关总署", "a\\b"] {
            visible("--name", good).unwrap();
        }
        for wrong in ["Customs\u{202e}", "Cus\u{200b}toms", "a\nb", "\u{1b}[1m", "Customs\u{a0}of Chile", "Customs\u{3000}", "Customs "] {
            assert!(visible("--name", wrong).is_err(), "{wrong:?}");
        }
    }
}
