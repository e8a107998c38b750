//! `symbolon impact`: what rests on a key, an authority or a certificate, where each record stands to the revocation,
//! who used it, and whom to tell. Every line is checked against the state that the validators signed.

pub mod files;
mod list;
mod show;
mod sources;

use crate::Common;
use crate::client::Node;
use crate::commands::keys::{as_of, public_key};
use crate::failure::{Outcome, exit};
use crate::freshness::NotFresh;
use crate::officer::{self, About, Checked, NothingStands, Question};
use crate::output;
use crate::partners;
use crate::profile::Profile;
use crate::record::{Which, find};
use crate::registry::{Found, entry, take};
use anyhow::{Context as _, bail, ensure};
use contracts::context::Recorded;
use contracts::impact::{Search, Target, whom_to_tell};
use contracts::kinds::RecordKind;
use contracts::registry::{Authority, AuthorityKey, KeyOwner, RevokedKey};
use contracts::standing::Standing;
use files::OwnFiles;
use ledger::codec::Canonical;
use ledger::id::{AuthorityId, KeyNumber, Signer};
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use ledger::time::Height;
use ledger::tree::StateKey;
use list::{Asked, List, list, revocation};
use sources::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The condition of recognition that is the same for all records of one kind of an issuer. Source: DOMAIN section 4.4.
const NO_ARRANGEMENT: u8 = 3;

/// About what, and who else is asked.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon impact CL-subrei/1                  a key, by authority and number\n  symbolon impact ed25519:5f…                  the same, by its public part\n  symbolon impact CL-subrei                    all keys of an authority\n  symbolon impact CL-2026-0018834.symbolon     a certificate\n  symbolon impact CL-2026-0018834 --from CL    the same, by number\n  symbolon impact CL-subrei/1 --files issued/  with numbers of your own files\n  symbolon impact CL-subrei/1 --also https://node.customs.example:8601\n  symbolon impact CL-subrei/1 --every-block    proves that nothing is left out",
    after_help = "Each line is proven, and of each record all uses. Which records there are, your\nnodes say: one could leave some out. All nodes that you give are asked, and who\nleft something out is named; with --every-block nobody has to be believed.\nExit codes: 0 listed, 2 wrong use, 3 a node left something out or nothing\nconfirms how new the list is."
)]
pub struct Impact {
    /// A key (AUTHORITY/NUMBER or ed25519:…), an authority, or a certificate: file, document or number
    what: String,
    /// The issuing country of a number [default: your own member's]
    #[arg(long, value_name = "XX")]
    from: Option<String>,
    #[arg(long, value_name = "KIND", help = format!("Only this kind of a number: {}", RecordKind::words()))]
    kind: Option<String>,
    /// Only this agreement, document type or programme of a number
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Of a key or authority that is not revoked: as if it were, as of this time, or the word now; a date is its
    /// first moment, 00:00 UTC
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Your own certificate files, or directories of them: they give numbers, and who may read
    #[arg(long, value_name = "FILE|DIR", num_args = 1..)]
    files: Vec<PathBuf>,
    /// Ask this node of your own member as well, at a host of the profile's nodes; may be given several times
    #[arg(long, value_name = "URL")]
    also: Vec<String>,
    /// Read every block since then, checked against the signed header: nothing can be left out
    #[arg(long)]
    every_block: bool,
}

/// Whether the list is as new as it may be.
struct Newness {
    /// Why not, if not.
    why_not: Option<String>,
    /// Nodes that were set aside, clocks that disagree.
    remarks: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// If the target is not found, or no node's answer checks.
pub fn run(common: &Common, args: &Impact) -> Outcome {
    let profile = common.open()?;
    // The file that is asked about says as much as one beside it.
    let named = Path::new(&args.what);
    let is_file = named.extension().is_some_and(|ending| ending == "symbolon") && named.is_file();
    let files: Vec<PathBuf> = args.files.iter().cloned().chain(is_file.then(|| named.to_owned())).collect();
    let mut own = OwnFiles::read(&profile, &files)?;
    let target = target(&profile, args, &mut own)?;
    let (checked, newness) = newest(&profile, places(&target))?;
    let header = checked.proven.header().clone();
    let (revoked, from) = revoked_and_first(&target, &checked.facts)?;
    let (revoked, supposed) = match supposition(args, &target, revoked, Recorded { height: header.height, time: header.time })? {
        Some(supposed) => (Some(supposed), true),
        None => (revoked, false),
    };
    let asked = Asked { target, revoked, supposed };
    let mut sources = Sources::new(all_nodes(&profile, args)?, header.height);
    if args.every_block {
        let before = match &asked.target {
            Target::Certificate(record) => list::first_of(&profile, &asked, *record)?,
            Target::Key(..) | Target::Authority(_) => None,
        };
        let from = before.map_or(from, |before| before.min(from));
        let signer = asked.target.authority().map(|authority| (authority.clone(), asked.target.key()));
        sources.read_every_block(&header, from, &Search { signer, ..Search::default() })?;
    }
    let mut list = list(&profile, &asked, &mut sources, from)?;
    leave_out_untold(&profile, &mut list)?;
    let concerned = list.records.values().filter(|listed| listed.is_concerned()).map(|listed| &listed.facts);
    let mut told = whom_to_tell(concerned, asked.target.authority());
    let mut not_members: BTreeMap<CountryCode, BTreeSet<RecordKey>> = BTreeMap::new();
    for listed in list.records.values().filter(|listed| listed.is_concerned()) {
        let Some(file) = own.of(&listed.facts.key, &listed.facts.standing) else { continue };
        for reader in file.readers.iter().filter(|reader| **reader != listed.facts.standing.authority.member()) {
            told.entry(*reader).or_default().reads.insert(listed.facts.key);
        }
        for country in &file.not_members {
            not_members.entry(*country).or_default().insert(listed.facts.key);
        }
    }
    let named_since = named_since(&profile, &asked)?;
    let answer = show::Answered {
        profile: &profile,
        asked: &asked,
        list: &list,
        told: &told,
        not_members: &not_members,
        sources: &sources,
        own: &own,
        newness: &newness,
        named_since: &named_since,
    };
    if common.json {
        output::json_list(&profile, show::json(&answer));
    } else {
        output::result(&show::text(&answer, output::colour_on_stdout()));
    }
    let is_whole = sources.blocks.is_some() || show::left_out(&sources, &list).is_empty();
    Ok(if is_whole && newness.why_not.is_none() { exit::GOOD } else { exit::UNCONFIRMED })
}

/// Leaves out the records whose story one's own administration is not told, as `history` and `explain` do, and counts them.
fn leave_out_untold(profile: &Profile, list: &mut List) -> anyhow::Result<()> {
    // Without an arrangement nothing of one issuer's records of that kind is told.
    let mut strangers = BTreeSet::new();
    let mut untold = BTreeSet::new();
    for (record, listed) in &list.records {
        let standing = &listed.facts.standing;
        let of = (standing.authority.member(), standing.kind.number());
        if strangers.contains(&of) {
            untold.insert(*record);
        } else if let Some(said) = partners::not_told(profile, *record, standing)? {
            untold.insert(*record);
            strangers.extend((said.reason.condition() == Some(NO_ARRANGEMENT)).then_some(of));
        }
    }
    list.records.retain(|record, _| !untold.contains(record));
    list.untold = untold.len();
    Ok(())
}

/// One's own nodes, each address once: a node does not confirm itself.
fn all_nodes(profile: &Profile, args: &Impact) -> anyhow::Result<Vec<Node>> {
    for url in &args.also {
        ensure!(
            profile.is_at_own_host(url),
            "--also {}: it is at no host of the profile's nodes, to which alone the token goes; if it is your member's, add it to 'nodes' in profile.toml",
            contracts::document::escape_for_terminal(url)
        );
    }
    let mut nodes: Vec<Node> = Vec::new();
    for node in profile.nodes()?.into_iter().chain(profile.nodes_at(&args.also)?) {
        if nodes.iter().all(|known| known.url() != node.url()) {
            nodes.push(node);
        }
    }
    Ok(nodes)
}

/// What is meant.
fn target(profile: &Profile, args: &Impact, own: &mut OwnFiles) -> anyhow::Result<Target> {
    let what = args.what.as_str();
    let is_number = args.from.is_some() || args.kind.is_some() || args.class.is_some() || Path::new(what).exists();
    if !is_number && what.starts_with("ed25519:") {
        let key = public_key(what)?;
        let owner: KeyOwner = entry(profile, contracts::key::key_owner(&key))?
            .with_context(|| format!("{key}: nobody has registered this key; symbolon keys list AUTHORITY shows those of an authority"))?;
        return match (owner.signer, owner.number) {
            (Signer::Authority(authority), Some(number)) => Ok(Target::Key(authority, number)),
            (signer, _) => bail!("{key} is a key of the member {signer} and signs no certificate; give a key of an authority"),
        };
    }
    let named = what.rsplit_once('/').and_then(|(id, number)| Some((AuthorityId::parse(id).ok()?, number.parse::<u32>().ok()?)));
    if let Some((authority, number)) = named.filter(|_| !is_number) {
        return Ok(Target::Key(authority, KeyNumber::new(number)));
    }
    // A number may look like an authority: the registry tells.
    let authority = AuthorityId::parse(what).ok().filter(|_| !is_number);
    if let Some(authority) = &authority
        && entry::<Authority>(profile, contracts::key::authority(authority))?.is_some()
    {
        return Ok(Target::Authority(authority.clone()));
    }
    ensure!(args.as_of.is_none(), "--as-of is for a key or an authority; {what} is neither");
    let which = Which { what: args.what.clone(), from: args.from.clone(), kind: args.kind.clone(), class: args.class.clone() };
    let of_member = authority.filter(|authority| profile.founding.member(authority.member()).is_some());
    let found = match of_member {
        None => find(profile, &which, None)?,
        Some(authority) => find(profile, &which, None).with_context(|| no_such_authority(&authority))?,
    };
    partners::is_told(profile, &found)?;
    own.know(found.key, &found.name, found.standing.document_digest);
    Ok(Target::Certificate(found.key))
}

/// What has the form of an authority may be mistyped, and is then no number either.
fn no_such_authority(authority: &AuthorityId) -> String {
    let member = authority.member();
    format!("no authority {authority} is registered (symbolon authority list {member} shows those of {member}); taken as a number")
}

/// The keys that were named since the time as of which a root key is revoked, up to its revocation: all of them the last.
fn named_since(profile: &Profile, asked: &Asked) -> anyhow::Result<Vec<KeyNumber>> {
    let (Target::Key(id, number), Some(revoked)) = (&asked.target, asked.revoked) else { return Ok(Vec::new()) };
    let Some(authority) = entry::<Authority>(profile, contracts::key::authority(id))? else { return Ok(Vec::new()) };
    let mut named = Vec::new();
    if *number != authority.root_key() && !authority.was_root_key(*number) {
        return Ok(named);
    }
    let own: Option<AuthorityKey> = entry(profile, contracts::key::authority_key(id, *number))?;
    if !asked.supposed && own.is_none_or(|key| key.revocation(contracts::context::Known::Now) != Some(revoked)) {
        return Ok(named);
    }
    for number in (0..authority.keys).rev().map(KeyNumber::new) {
        let Some(key) = entry::<AuthorityKey>(profile, contracts::key::authority_key(id, number))? else { break };
        if key.named.time < revoked.as_of {
            break;
        }
        // What was named later, the next root key named.
        if key.named <= revoked.recorded {
            named.push(number);
        }
    }
    named.reverse();
    Ok(named)
}

/// The entries that say what the target is.
fn places(target: &Target) -> Vec<StateKey> {
    match target {
        Target::Key(authority, number) => {
            vec![contracts::key::authority(authority), contracts::key::authority_key(authority, *number)]
        }
        Target::Authority(authority) => vec![contracts::key::authority(authority)],
        Target::Certificate(record) => vec![contracts::key::standing(record)],
    }
}

/// The newest state that one's own nodes prove, and how new other members' heads say that it is.
fn newest(profile: &Profile, places: Vec<StateKey>) -> anyhow::Result<(Checked<Vec<Found>>, Newness)> {
    let question = Question::about(About::Keys(places.clone()));
    let answer = officer::ask(profile, &question, |proven| take(proven, &places))?;
    let remarks = answer.remarks;
    let Some(checked) = answer.checked else {
        return Err(NothingStands::because(format!("no node gave an answer that checks: {}", remarks.join("; "))).into());
    };
    let judged = checked.freshness.as_ref().map(|fresh| &fresh.judged);
    let why_not = match judged {
        Some(Err(NotFresh::Stale(why) | NotFresh::Unconfirmed(why))) => Some(why.clone()),
        Some(Ok(_)) => None,
        None => Some("nobody was asked how new it is".to_owned()),
    };
    Ok((checked, Newness { why_not, remarks }))
}

/// The revocation of the target, and the first block that may have something of it.
fn revoked_and_first(target: &Target, found: &[Found]) -> anyhow::Result<(Option<RevokedKey>, Height)> {
    fn read<T: Canonical>(found: &[Found], key: &StateKey) -> anyhow::Result<Option<T>> {
        let value = found.iter().find(|(place, _)| place == key).and_then(|(_, value)| value.as_deref());
        Ok(value.map(T::from_bytes).transpose()?)
    }
    let authority = |id: &AuthorityId| -> anyhow::Result<Authority> {
        read(found, &contracts::key::authority(id))?.with_context(|| format!("{id} is not admitted on this ledger"))
    };
    let admitted = |authority: &Authority| authority.acts.first().map_or(Height::FOUNDING, |act| act.recorded.height);
    match target {
        Target::Key(id, number) => {
            let authority = authority(id)?;
            let key: AuthorityKey = read(found, &contracts::key::authority_key(id, *number))?
                .with_context(|| format!("{id} has no key {number}; symbolon keys list {id} shows its keys"))?;
            // What it replaced may have been recorded under an earlier key, and others rest on that.
            Ok((revocation(&authority, Some(&key)), admitted(&authority)))
        }
        Target::Authority(id) => {
            let authority = authority(id)?;
            Ok((revocation(&authority, None), admitted(&authority)))
        }
        Target::Certificate(record) => {
            let standing: Standing = read(found, &contracts::key::standing(record))?.context("the record is gone, which cannot be")?;
            Ok((None, standing.first_recorded().height))
        }
    }
    .map(|(revoked, from)| (revoked, from.max(Height::new(1))))
}

/// The revocation that `--as-of` supposes.
fn supposition(args: &Impact, target: &Target, revoked: Option<RevokedKey>, at: Recorded) -> anyhow::Result<Option<RevokedKey>> {
    let Some(text) = &args.as_of else { return Ok(None) };
    ensure!(target.authority().is_some(), "--as-of is for a key or an authority; leave it out");
    if let Some(revoked) = revoked {
        bail!("--as-of supposes a revocation, and it is revoked as of {} already; leave --as-of out", revoked.as_of);
    }
    Ok(Some(RevokedKey { as_of: as_of(text)?, recorded: at }))
}

/// A record key, cut short for people.
fn short(record: &RecordKey) -> String {
    record.to_string().chars().take(16).collect()
}
