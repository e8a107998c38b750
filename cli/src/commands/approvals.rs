//! `symbolon network approvals` and `approve`: acts of a member that wait for further governance keys.
//!
//! The state holds who approved, under a hash of the act; the act itself stands in the block with the first approval.
//! So the own node's blocks are searched, and an act waits if the proven state holds approvals of it.

use crate::Common;
use crate::commands::authority::{decide, scope_text};
use crate::commands::mra::{any, type_in_words};
use crate::consent;
use crate::failure::{Outcome, exit};
use crate::issuer::{act_id, still_waiting};
use crate::output;
use crate::profile::Profile;
use crate::registry::{entries, entry};
use anyhow::{Context as _, ensure};
use contracts::acts::{
    AGREEMENT, ARRANGEMENT, AdmitAuthority, AgreementVerb, AmendArrangement, ApplyArrangement, REGISTRY, RegistryVerb, ReinstateAuthority,
    ReplaceRootKey, ResumeRecognition, RevokeAuthority, RotateEncryptionKey, SetProgramme, SetScopes, SignArrangement, SuspendAuthority,
    SuspendRecognition, TakeBackTermination, TerminateArrangement,
};
use contracts::document::escape_for_terminal;
use contracts::key;
use contracts::registry::{Approvals as Entry, ArrangementVerb, Member, Scope, Terms};
use ledger::codec::{Canonical as _, Malformed};
use ledger::hash::Hash;
use ledger::id::{KeyNumber, MemberId, Signer};
use ledger::transaction::{Act, DecodedTransaction};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How far back to look.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon network approvals                 what waits, and who signed\n  symbolon network approvals --blocks 500000 looks further back"
)]
pub struct Approvals {
    /// How many blocks of your node to look through, from the newest back
    #[arg(long, value_name = "COUNT", default_value_t = 20_000, value_parser = crate::input::whole::<u64>)]
    blocks: u64,
}

/// Which act, and with which key.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon network approvals\n  symbolon network approve 3f2a90c1 --key governance-1.key\n  symbolon network approve 3f2a90c1 --key one.key --key two.key"
)]
pub struct Approve {
    /// The act, by its id or how that begins (8 digits at least)
    act: String,
    /// Governance key files [default: the profile's]
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// How many blocks of your node to look through, from the newest back
    #[arg(long, value_name = "COUNT", default_value_t = 20_000, value_parser = crate::input::whole::<u64>)]
    blocks: u64,
    /// Sign without being asked: needed where there is no terminal
    #[arg(long)]
    yes: bool,
}

/// An act that waits.
#[derive(Clone)]
pub struct Waiting {
    /// What the ledger knows it by.
    pub id: Hash,
    /// The act.
    pub act: Act,
    /// The keys that approved it.
    pub signed: Vec<KeyNumber>,
}

/// Lists what waits.
///
/// # Errors
/// If profile or node fail.
pub fn list(common: &Common, args: &Approvals) -> Outcome {
    let profile = common.open()?;
    let (waiting, threshold, looked) = of_own(&profile, args.blocks)?;
    if common.json {
        let acts: Vec<_> = waiting
            .iter()
            .map(|one| {
                let signed: Vec<u32> = one.signed.iter().map(|key| key.get()).collect();
                serde_json::json!({ "act": one.id.to_string(), "what": described(&one.act), "signed_by": signed })
            })
            .collect();
        let value = serde_json::json!({
            "member": profile.member()?.as_str(), "threshold": threshold, "blocks": looked, "waiting": acts,
        });
        output::json_list(&profile, value);
        return Ok(exit::GOOD);
    }
    let mut text = format!("{}\n", output::head(&profile));
    if waiting.is_empty() {
        text.push_str(&if threshold <= 1 {
            "nothing waits: one governance key is enough for each act".to_owned()
        } else {
            format!("nothing waits for approval; looked through {looked} blocks")
        });
    }
    for one in &waiting {
        let signed: Vec<String> = one.signed.iter().map(ToString::to_string).collect();
        text.push_str(&format!(
            "{}\n  {}\n  {} of {threshold} signed: governance key {}\n  symbolon network approve {} --key FILE\n",
            one.id,
            described(&one.act).join("\n      "),
            one.signed.len(),
            signed.join(", "),
            one.id.to_string().get(..16).unwrap_or_default()
        ));
    }
    output::result(&text);
    Ok(exit::GOOD)
}

/// Signs one of them.
///
/// # Errors
/// If there is none or more than one, or keys or node fail.
pub fn approve(common: &Common, args: &Approve) -> Outcome {
    let profile = common.open()?;
    let begins = args.act.to_ascii_lowercase();
    let (waiting, _, looked) = of_own(&profile, args.blocks)?;
    let act = chosen(waiting, &begins, looked, "of your member", "symbolon network approvals")?;
    let what = described(&act);
    consent::to_sign(&what, args.yes, common.json)?;
    decide(common, &profile, &args.keys, &act, what.first().map_or("", String::as_str))
}

/// The one whose id begins so.
///
/// # Errors
/// If there is none, or several.
pub fn chosen(waiting: Vec<Waiting>, begins: &str, looked: u64, of: &str, list: &str) -> anyhow::Result<Act> {
    let shown = escape_for_terminal(begins);
    ensure!(
        begins.len() >= 8 && begins.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "'{shown}' is no id of an act: give 8 hexadecimal digits at least, as '{list}' lists them"
    );
    let mut fitting = waiting.into_iter().filter(|one| one.id.to_string().starts_with(begins));
    let one = fitting.next().with_context(|| {
        format!("no act {shown} {of} waits in the last {looked} blocks: it took effect, is older (--blocks), was given up, or is another signer's")
    })?;
    ensure!(fitting.next().is_none(), "several acts begin with {shown}; give more of the id");
    Ok(one.act)
}

/// The own member's waiting acts, its threshold, and how many blocks were looked through.
fn of_own(profile: &Profile, most: u64) -> anyhow::Result<(Vec<Waiting>, u32, u64)> {
    let own = profile.member()?;
    let threshold = entry::<Member>(profile, key::member(own))?.map_or(1, |member| member.threshold);
    // Where one key is enough, nothing ever waits.
    let most = if threshold <= 1 { 0 } else { most };
    let (waiting, looked) = waiting(profile, &Signer::Member(own), most)?;
    Ok((waiting, threshold, looked))
}

/// A signer's waiting acts, and how many blocks were looked through.
///
/// # Errors
/// If no node's answer checks.
pub fn waiting(profile: &Profile, signer: &Signer, most: u64) -> anyhow::Result<(Vec<Waiting>, u64)> {
    let node = profile.node()?;
    let (newest, mut looked) = (entries(profile, vec![key::parameters()])?.height.get(), 0);
    let mut acts: BTreeMap<Hash, Act> = BTreeMap::new();
    for height in (1..=newest).rev().take(usize::try_from(most).unwrap_or(usize::MAX)) {
        let Some(block) = node.block(height)? else { break };
        looked += 1;
        for wire in block.transactions {
            let decoded = DecodedTransaction::from_wire(wire.into(), &profile.founding.network_id()).ok();
            let of_signer = decoded.filter(|decoded| decoded.transaction().signer == *signer);
            acts.extend(of_signer.iter().flat_map(|decoded| &decoded.transaction().acts).map(|act| (act_id(act), act.clone())));
        }
    }
    let places: Vec<_> = acts.keys().map(|id| key::approvals(signer, id)).collect();
    let proven = entries(profile, places.clone())?;
    let mut waiting = Vec::new();
    for ((id, act), place) in acts.into_iter().zip(&places) {
        let signed = still_waiting(&proven.read::<Entry>(place)?.unwrap_or_default());
        if !signed.is_empty() {
            waiting.push(Waiting { id, act, signed });
        }
    }
    Ok((waiting, looked))
}

/// An act of a member for people: what it does, and below that what belongs to it.
pub fn described(act: &Act) -> Vec<String> {
    let unknown = || vec![format!("an act of kind {}, verb {}, that this program cannot read; update it", act.kind, act.verb)];
    let read = match act.kind {
        REGISTRY => RegistryVerb::from_number(act.verb).map(|verb| on_registry(verb, &act.body)),
        ARRANGEMENT => ArrangementVerb::from_number(act.verb).map(|verb| on_arrangement(verb, &act.body)),
        AGREEMENT => AgreementVerb::from_number(act.verb).map(|verb| crate::commands::agreement::described(verb, &act.body)),
        _ => None,
    };
    read.and_then(Result::ok).filter(|lines| !lines.is_empty()).unwrap_or_else(unknown)
}

fn with_scopes(line: String, scopes: &[Scope]) -> Vec<String> {
    std::iter::once(line).chain(scopes.iter().map(|scope| format!("scope {}", scope_text(scope)))).collect()
}

fn on_registry(verb: RegistryVerb, body: &[u8]) -> Result<Vec<String>, Malformed> {
    Ok(match verb {
        RegistryVerb::AdmitAuthority => {
            let AdmitAuthority { authority, country, name, scopes, root_key, effective } = AdmitAuthority::from_bytes(body)?;
            let mut lines = vec![
                format!("{authority} is admitted for {country} from {effective} on"),
                format!("name {}", escape_for_terminal(&name)),
                format!("root key {root_key}"),
            ];
            lines.extend(scopes.iter().map(|scope| format!("scope {}", scope_text(scope))));
            lines
        }
        RegistryVerb::SetScopes => {
            let SetScopes { authority, effective, scopes, .. } = SetScopes::from_bytes(body)?;
            with_scopes(format!("{authority} has {} scopes from {effective} on, in place of all before", scopes.len()), &scopes)
        }
        RegistryVerb::SuspendAuthority => {
            let SuspendAuthority { authority, effective, .. } = SuspendAuthority::from_bytes(body)?;
            let said = super::authority::suspended(&authority, effective, crate::officer::own_clock().date());
            said.lines().map(|line| line.trim().to_owned()).collect()
        }
        RegistryVerb::ReinstateAuthority => {
            let ReinstateAuthority { authority, effective, .. } = ReinstateAuthority::from_bytes(body)?;
            vec![format!("{authority} is reinstated from {effective} on")]
        }
        RegistryVerb::RevokeAuthority => {
            let RevokeAuthority { authority, as_of, .. } = RevokeAuthority::from_bytes(body)?;
            vec![format!("{authority} is revoked for good as of {as_of}: what it recorded from then on is not to be relied on")]
        }
        RegistryVerb::ReplaceRootKey => {
            let ReplaceRootKey { authority, number, as_of, .. } = ReplaceRootKey::from_bytes(body)?;
            vec![
                format!("key {number} of {authority} is its root key, which names and revokes its keys"),
                format!("its root key before is revoked as of {as_of}: what was recorded under it from then on is not to be relied on"),
            ]
        }
        RegistryVerb::SetProgramme => {
            let SetProgramme { programme, effective, types, .. } = SetProgramme::from_bytes(body)?;
            let line = format!("the programme {} has these types from {effective} on", escape_for_terminal(&programme));
            std::iter::once(line).chain(types.iter().map(type_in_words)).collect()
        }
        RegistryVerb::RotateEncryptionKey => {
            let RotateEncryptionKey { version, key } = RotateEncryptionKey::from_bytes(body)?;
            vec![format!("the member's encryption key {version} is {}", hex::encode(key.as_bytes()))]
        }
        RegistryVerb::NameKey | RegistryVerb::RevokeKey => Vec::new(),
    })
}

fn with_terms(line: String, terms: &Terms) -> Vec<String> {
    let recognitions = terms.recognitions.iter().map(|one| {
        let benefits: Vec<String> = one.benefits.iter().flatten().map(ToString::to_string).collect();
        let benefits = if benefits.is_empty() { String::new() } else { format!(": {}", benefits.join(", ")) };
        let kind = one.kind().rules().word();
        let programme = escape_for_terminal(&one.programme);
        let (types, roles) = (any(&one.types), any(&one.roles));
        format!(
            "{} recognises {kind} {programme} of {} (types {types}, roles {roles}, {}){benefits}",
            one.recognising, one.recognised, one.flow
        )
    });
    let parties: Vec<&str> = terms.parties.iter().map(MemberId::as_str).collect();
    let parties = format!("parties {}", parties.join(", "));
    let text = terms.text_digest.map(|digest| format!("its text on paper has the SHA-256 {digest}"));
    let notice = format!("a notice of {} days to leave it", terms.notice_days);
    std::iter::once(line).chain([parties]).chain(recognitions).chain([notice]).chain(text).collect()
}

fn on_arrangement(verb: ArrangementVerb, body: &[u8]) -> Result<Vec<String>, Malformed> {
    Ok(match verb {
        ArrangementVerb::Sign => {
            let SignArrangement { arrangement, terms, effective } = SignArrangement::from_bytes(body)?;
            with_terms(format!("{arrangement} is signed as of {effective}, terms {}", terms.digest()), &terms)
        }
        ArrangementVerb::Amend => {
            let AmendArrangement { arrangement, number, terms, effective } = AmendArrangement::from_bytes(body)?;
            with_terms(
                format!(
                    "amendment {} of {arrangement} is signed as of {effective}, terms {}",
                    crate::commands::mra::counted(number),
                    terms.digest()
                ),
                &terms,
            )
        }
        ArrangementVerb::Apply => {
            let ApplyArrangement { arrangement, terms_digest, effective } = ApplyArrangement::from_bytes(body)?;
            vec![format!("{arrangement} is applied from {effective} on, terms {terms_digest}")]
        }
        ArrangementVerb::Suspend => {
            let SuspendRecognition { arrangement, effective, .. } = SuspendRecognition::from_bytes(body)?;
            vec![format!("recognition under {arrangement} is suspended from {effective} on")]
        }
        ArrangementVerb::Resume => {
            let ResumeRecognition { arrangement, effective, .. } = ResumeRecognition::from_bytes(body)?;
            vec![format!("recognition under {arrangement} is resumed from {effective} on")]
        }
        ArrangementVerb::Terminate => {
            let TerminateArrangement { arrangement, effective } = TerminateArrangement::from_bytes(body)?;
            vec![format!("{arrangement} is left on {effective}")]
        }
        ArrangementVerb::TakeBack => {
            let TakeBackTermination { arrangement, effective } = TakeBackTermination::from_bytes(body)?;
            vec![format!("{arrangement} is not left on {effective}: the announced termination is taken back")]
        }
    })
}
