//! `symbolon approvals` and `approve`: acts of an authority that wait for further officials of it.
//!
//! The first official does what is to be done with the ordinary command; whoever approves signs the same act. It is taken
//! from the certificate file, where the document can be compared with it, or found in the blocks by its id.

mod carried;

use crate::Common;
use crate::certificate_file::CertificateFile;
use crate::commands::approvals::{Waiting, chosen, waiting};
use crate::commands::impact::files::OwnFiles;
use crate::commands::issue::{Base, identity, receipt_for, rivals, where_records_lie};
use crate::commands::keys::say;
use crate::commands::office::approved::{self, AtHand, NamedDeclaration};
use crate::consent;
use crate::failure::{Outcome, exit};
use crate::input::{self, Given};
use crate::issuer::{Done, Signing, act_id, officials_needed, record_changed, still_waiting, submit_confirmed};
use crate::officer;
use crate::output::{self, Mark, banner, marked, shown};
use crate::profile::Profile;
use crate::registry::{entries, entry};
use anyhow::{Context as _, bail, ensure};
use carried::{Known, carried, different_parts, found_out};
use contracts::acts::{Issue, Places, Share, StandingChange, issue_from_document};
use contracts::context::Known::Now;
use contracts::destination::OfficeVerb;
use contracts::document::{Document, escape_for_terminal, read_document};
use contracts::key;
use contracts::kinds::RecordKind;
use contracts::registry::{APPROVAL_DAYS_MAX, Approvals as Entry};
use contracts::standing::{Standing, Verb};
use ledger::codec::{Canonical as _, Malformed};
use ledger::id::{AuthorityId, CertificateNumber, KeyNumber, Signer};
use ledger::lookup::RecordKey;
use ledger::transaction::Act;
use std::path::{Path, PathBuf};

/// Whose, and how far back to look.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon approvals                       of the authority of the profile's key\n  symbolon approvals --files issued/       with the numbers of your own files\n  symbolon approvals CL-subrei --blocks 500000",
    after_help = "Where a scope says 'officials 2', acts wait until two officials signed them.\nA member's own acts: symbolon network approvals."
)]
pub struct Approvals {
    /// The authority [default: that of the key]
    authority: Option<String>,
    /// A key file of the authority [default: the profile's]
    #[arg(long, value_name = "FILE", conflicts_with = "authority")]
    key: Option<PathBuf>,
    /// Your own certificate files, or directories of them: they give the numbers, which are not on the ledger
    #[arg(long, value_name = "FILE|DIR", num_args = 1..)]
    files: Vec<PathBuf>,
    /// How many blocks of your node to look through, from the newest back
    #[arg(long, value_name = "COUNT", default_value_t = 20_000, value_parser = crate::input::whole::<u64>)]
    blocks: u64,
}

/// Which act, and with which key.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon approve issued/CL-2026-0018834.symbolon --key second.key\n  symbolon approvals\n  symbolon approve 3f2a90c1 --key second.key\n  symbolon approve 3f2a90c1 --files PC-2026-0001.symbolon --declaration 26CN0001",
    after_help = "With the certificate file the act is compared with the document in it: who\nreads it by number, on what it rests, what it draws and replaces; what differs\nis named, and the file is completed. By an id only the act itself is shown: the\namount and the goods of an office's act --files opens, and --declaration checks\nfor which one it is.\nAll of it is shown before you are asked to sign; --yes does not ask.\nOf many documents, the second official may as well run the same\n'symbolon issue' into the same folder with the own key."
)]
pub struct Approve {
    /// A certificate file, or an act's id or how that begins (8 digits at least)
    what: String,
    /// The key file of the official who approves [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The certificate files of those on which a certificate file rests: they open the amounts that it draws
    #[arg(long = "base", value_name = "FILE")]
    bases: Vec<PathBuf>,
    /// With an id: the certificate file of its record, or directories of such files
    #[arg(long, value_name = "FILE|DIR", num_args = 1..)]
    files: Vec<PathBuf>,
    /// Of an office's act: the declaration for which you sign it; for another one it is not signed
    #[arg(long, value_name = "MRN")]
    declaration: Option<String>,
    /// The goods item of the declaration, where the act names one
    #[arg(long, value_name = "N", value_parser = crate::commands::office::count, requires = "declaration")]
    item: Option<u32>,
    /// How many blocks of your node to look through, from the newest back
    #[arg(long, value_name = "COUNT", default_value_t = 20_000, value_parser = crate::input::whole::<u64>)]
    blocks: u64,
    /// Sign without being asked: needed where there is no terminal
    #[arg(long)]
    yes: bool,
}

/// Lists what waits.
///
/// # Errors
/// If profile, key or node fail.
pub fn list(common: &Common, args: &Approvals) -> Outcome {
    let profile = common.open()?;
    let authority = match &args.authority {
        Some(text) => AuthorityId::parse(text)?,
        None => Signing::of_authority(&profile, args.key.as_deref())?.1,
    };
    let own = OwnFiles::read(&profile, &args.files)?;
    own.remarks.iter().for_each(|remark| output::talk(remark));
    let (all, looked) = waiting(&profile, &Signer::Authority(authority.clone()), args.blocks)?;
    let (waiting, void) = that_can_take_effect(&profile, &authority, all)?;
    let mut text = String::new();
    if void > 0 {
        let acts = if void == 1 {
            "1 act is not listed: its certificate is"
        } else {
            &format!("{void} acts are not listed: their certificates are")
        };
        output::talk(&format!("{acts} recorded already, by another act, so that no signature gives it effect"));
    }
    if waiting.is_empty() {
        text.push_str(&format!("\nnothing of {authority} waits for another official; looked through {looked} blocks"));
    }
    let mut json = Vec::new();
    for Waiting { id, act, signed } in &waiting {
        let number = number_of(act, &authority, &own);
        let mut what = with_files(&profile, act, &authority, &own, None).unwrap_or_else(|error| {
            let mut what = described(act, &authority);
            what.push(format!("your certificate file of its record is not used: {error:#}"));
            what
        });
        // One act that cannot be read hides none of the others.
        let needed = officials_needed(&profile, &authority, act);
        what.extend(needed.as_ref().err().map(|error| format!("how many officials have to sign it cannot be said: {error:#}")));
        let needed = needed.ok();
        text.push_str(&format!(
            "\n{id}\n  {}\n  {}{} signed: {}{}\n  {}",
            what.join("\n      "),
            signed.len(),
            needed.map_or_else(String::new, |needed| format!(" of {needed} officials")),
            keys_in_words(signed),
            // The scopes may ask for fewer than when they signed.
            if needed.is_some_and(|needed| signed.len() >= usize::try_from(needed).unwrap_or(usize::MAX)) {
                "; enough by now: any official's signature completes it, also of one who signed"
            } else {
                ""
            },
            to_approve(act)
        ));
        let signed: Vec<u32> = signed.iter().map(|key| key.get()).collect();
        json.push(serde_json::json!({ "act": id.to_string(), "what": what, "number": number, "signed_by": signed, "officials": needed }));
    }
    if common.json {
        let value = serde_json::json!({ "authority": authority.as_str(), "blocks": looked, "waiting": json });
        output::json_list(&profile, value);
    } else {
        output::result(&format!("{}{text}", output::head(&profile)));
    }
    Ok(exit::GOOD)
}

/// Signs one of them.
///
/// # Errors
/// If there is none, or more than one, if a certificate file is not of its act, or if key or node fail.
pub fn approve(common: &Common, args: &Approve) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let mut others = None;
    let (act, file) = match input::find(&args.what)? {
        Given::Certificate(file) => {
            let act = act_in(&profile, &authority, &file, args.blocks).with_context(|| shown(Path::new(&args.what)))?;
            (act, Some(*file))
        }
        Given::Document(..) => {
            let wrong = || -> anyhow::Result<()> {
                bail!("{}: give the certificate file NUMBER.symbolon that the first official has, or the act's id", args.what)
            };
            return Ok(wrong().map(|()| exit::INPUT)?);
        }
        Given::Number(_) => {
            let (all, looked) = waiting(&profile, &signing.signer, args.blocks)?;
            let begins = args.what.to_ascii_lowercase();
            others = Some(all.clone());
            (chosen(all, &begins, looked, &format!("of {authority}"), "symbolon approvals")?, None)
        }
    };
    may_take_effect(&profile, &authority, &act, &args.what, file.as_ref())?;
    let others = others.map_or_else(|| waiting(&profile, &signing.signer, args.blocks).map(|(all, _)| all), Ok)?;
    let document = file.as_ref().and_then(|file| read_document(&file.original).ok());
    let mut what = match &document {
        Some(document) if args.declaration.is_none() && args.files.is_empty() => {
            compared(&profile, &act, &authority, document, &args.bases)?
        }
        Some(_) => return Err(anyhow::anyhow!("--files and --declaration belong to an act's id: leave them out").into()),
        None => by_id(&profile, &act, &authority, args)?,
    };
    what.extend(others_for_it(&others, &act, &authority));
    consent::to_sign(&what, args.yes, common.json)?;
    let done = submit_confirmed(&profile, &signing, act.clone())?;
    let mut text = what.into_iter().next().unwrap_or_default();
    if let (0, true, Some(file), Some(document)) = (done.number, done.waits.is_empty(), file, &document) {
        let receipt = receipt_for(&profile, &file.record_key, document.destination_country)?;
        file.with_receipt(receipt).replace(Path::new(&args.what))?;
        text.push_str(&format!("; {} is complete", shown(Path::new(&args.what))));
    }
    told(common, &profile, &authority, &act, &done, &text)
}

/// That no other act recorded the certificate that an act issues: then no signature gives it effect, and its file gets another name.
fn may_take_effect(
    profile: &Profile,
    authority: &AuthorityId,
    act: &Act,
    what: &str,
    file: Option<&CertificateFile>,
) -> anyhow::Result<()> {
    let Some(record) = record_issued(act, authority) else { return Ok(()) };
    let standing: Option<Standing> = entry(profile, key::standing(&record))?;
    let Some(standing) = standing.filter(|standing| !standing.is_draft_then(Now)) else { return Ok(()) };
    let number = file.and_then(|file| read_document(&file.original).ok()).map(|document| document.number);
    let name = number.map_or_else(|| format!("record {record}"), |number| number.to_string());
    let aside = file.map(|file| rivals::set_aside(Path::new(what), file, &standing)).transpose()?.flatten();
    let aside = aside.map_or_else(String::new, |aside| format!("; the file lies in {} now", shown(&aside)));
    bail!("{}; this one takes no effect any more{aside}", rivals::recorded_first(&name, &standing))
}

/// Without the issues of certificates that another act recorded meanwhile, and how many these are.
fn that_can_take_effect(profile: &Profile, authority: &AuthorityId, all: Vec<Waiting>) -> anyhow::Result<(Vec<Waiting>, usize)> {
    let places: Vec<_> = all.iter().filter_map(|one| record_issued(&one.act, authority)).map(|record| key::standing(&record)).collect();
    let (known, count) = (entries(profile, places)?, all.len());
    let mut left = Vec::with_capacity(count);
    for one in all {
        let standing =
            record_issued(&one.act, authority).map(|record| known.read::<Standing>(&key::standing(&record))).transpose()?.flatten();
        if standing.is_none_or(|standing| standing.is_draft_then(Now)) {
            left.push(one);
        }
    }
    let void = count.saturating_sub(left.len());
    Ok((left, void))
}

/// The record that an act issues; `None` of every other act.
fn record_issued(act: &Act, authority: &AuthorityId) -> Option<RecordKey> {
    matches!(Verb::from_number(act.verb), Some(Verb::Issue | Verb::Replace)).then_some(())?;
    Some(Issue::from_bytes(&act.body).ok()?.record_key(authority.member()))
}

/// The other acts that wait for the same certificate, a line each: whoever signs one of them chooses.
fn others_for_it(all: &[Waiting], act: &Act, authority: &AuthorityId) -> Vec<String> {
    let Some(record) = record_issued(act, authority) else { return Vec::new() };
    let others = all.iter().filter(|one| one.id != act_id(act) && record_issued(&one.act, authority) == Some(record));
    others
        .map(|one| {
            let id: String = one.id.to_string().chars().take(16).collect();
            format!(
                "WAITS AS WELL: act {id} records the same certificate otherwise ({}); the first that all sign takes effect",
                keys_in_words(&one.signed)
            )
        })
        .collect()
}

/// An act for people that was given by its id, read with the certificate file of its record where that is given.
fn by_id(profile: &Profile, act: &Act, authority: &AuthorityId, args: &Approve) -> anyhow::Result<Vec<String>> {
    ensure!(args.bases.is_empty(), "--base belongs to a certificate file; give that in place of the id");
    let own = OwnFiles::read(profile, &args.files)?;
    own.remarks.iter().for_each(|remark| output::talk(remark));
    let is_issue = record_issued(act, authority).is_some();
    let record = record_changed(act).or_else(|| record_issued(act, authority));
    if let Some(path) = record.and_then(|record| own.path(&record)).filter(|_| is_issue) {
        bail!("give the certificate file in place of the id, and the act is compared with it: symbolon approve {}", shown(path));
    }
    ensure!(
        args.files.is_empty() || record.is_some_and(|record| own.path(&record).is_some()),
        "--files: none of these is the certificate file of the act's record{}; ask whoever signed first for it",
        record.map_or_else(String::new, |record| format!(" {record}"))
    );
    let declared = args.declaration.as_deref().map(|reference| NamedDeclaration { reference, item: args.item });
    let mut what = with_files(profile, act, authority, &own, declared)?;
    what.extend(is_issue.then(|| "not compared with the document: give its certificate file in place of the id for that".to_owned()));
    Ok(what)
}

/// An act for people, read with the certificate file of its record, if that is one of the own files.
fn with_files(
    profile: &Profile,
    act: &Act,
    authority: &AuthorityId,
    own: &OwnFiles,
    declared: Option<NamedDeclaration<'_>>,
) -> anyhow::Result<Vec<String>> {
    let path = record_changed(act).and_then(|record| own.path(&record));
    if let (Some(kind), Some(verb)) = (RecordKind::from_number(act.kind), OfficeVerb::from_number(act.verb)) {
        let at_hand = match path {
            Some(path) => AtHand::open(profile, path, act, authority.member())?,
            None => AtHand::default(),
        };
        return approved::described(kind, verb, act, &at_hand.with(declared));
    }
    ensure!(declared.is_none(), "--declaration: this is no act of an office; leave it out");
    let mut what = described(act, authority);
    let number = number_of(act, authority, own);
    what.extend(number.map(|number| format!("number {}, by your files", escape_for_terminal(number))));
    if let (Some(Verb::Share), Some(number)) = (Verb::from_number(act.verb), number) {
        what.push(shared_with(profile, &Share::from_bytes(&act.body)?, authority, &CertificateNumber::parse(number)?)?);
    }
    Ok(what)
}

/// Which member looks at the locator of a share: who has the number can tell.
fn shared_with(profile: &Profile, share: &Share, authority: &AuthorityId, number: &CertificateNumber) -> anyhow::Result<String> {
    for member in profile.founding.members() {
        if officer::lookup_secret(profile, authority.member(), member.id)?.locator(number) == share.locator {
            return Ok(format!("shared with {}", member.id));
        }
    }
    Ok("DIFFERS: no member looks at this locator for this number".to_owned())
}

/// How the next official approves an act. What an office's act says only the certificate file opens.
fn to_approve(act: &Act) -> String {
    let id: String = act_id(act).to_string().chars().take(16).collect();
    let files = if OfficeVerb::from_number(act.verb).is_some() { " --files NUMBER.symbolon" } else { "" };
    format!("symbolon approve {id} --key FILE{files}")
}

/// An issue for people, with all that it carries, compared with the document that it records.
fn compared(profile: &Profile, act: &Act, authority: &AuthorityId, document: &Document, bases: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let issue = Issue::from_bytes(&act.body)?;
    let bases = Base::open_all(profile, bases)?;
    let known = found_out(profile, authority, &issue, document, &bases)?;
    let mut what = summary(document.kind, act.verb, &issue, authority);
    if let Some(first) = what.first_mut() {
        *first = format!("{}: {first}", escape_for_terminal(document.number.as_str()));
    }
    what.extend(carried(&issue, &known));
    what.push("the document in the file is the one that the act records".to_owned());
    what.extend(known.differences.iter().map(|difference| format!("DIFFERS: {difference}")));
    Ok(what)
}

/// The act in a certificate file that waits, compared with the document and with where its number lies. What waits on its
/// record, such as a revocation, is named and not signed: whoever gives the file means the document.
fn act_in(profile: &Profile, authority: &AuthorityId, file: &CertificateFile, blocks: u64) -> anyhow::Result<Act> {
    ensure!(
        file.network == profile.founding.network_id(),
        "the certificate is of network {}, the profile of {}",
        file.network,
        profile.founding.network_id()
    );
    let proven = file.act.clone().prove(&file.network)?;
    let (signer, act) = (&proven.skeleton().signer, proven.act());
    if *signer != Signer::Authority(authority.clone()) {
        let waits = on_its_record(profile, authority, &file.record_key, blocks)?.unwrap_or_default();
        bail!("the act is one of {signer}, the key is one of {authority}{waits}");
    }
    let document = read_document(&file.original)?;
    if Verb::from_number(act.verb) == Some(Verb::Draft) {
        let of_draft = "a draft, and drafts do not wait for another official: the issued document does";
        bail!("{} is {of_draft}{}", document.number, on_its_record(profile, authority, &file.record_key, blocks)?.unwrap_or_default());
    }
    is_of(act, file, &document, authority)?;
    let identity = identity(document.kind, document.issuing_country, authority, document.class.clone(), &document.number, &[]);
    let place = where_records_lie(&profile.node()?, vec![identity])?.into_iter().next().context("the node named no record key")?;
    ensure!(place.record_key == file.record_key, "the act does not lie where {} belongs; it was made for another number", document.number);
    let approvals: Entry = entry(profile, key::approvals(signer, &act_id(act)))?.unwrap_or_default();
    if !still_waiting(&approvals).is_empty() {
        return Ok(act.clone());
    }
    if let Some(waiting) = on_its_record(profile, authority, &file.record_key, blocks)? {
        bail!("the issue of {} does not wait for approval{waiting}", document.number);
    }
    bail!(
        "nothing of {} waits for approval in the last {blocks} blocks: it took effect (symbolon receipt completes the file), or was never sent, or waited for longer than {APPROVAL_DAYS_MAX} days: then issue the document again",
        document.number
    )
}

/// What waits on a record, and how each is approved.
fn on_its_record(profile: &Profile, authority: &AuthorityId, record: &RecordKey, blocks: u64) -> anyhow::Result<Option<String>> {
    let (all, _) = waiting(profile, &Signer::Authority(authority.clone()), blocks)?;
    let of_record: Vec<String> = all
        .iter()
        .filter(|one| record_changed(&one.act) == Some(*record))
        .map(|one| {
            let what = described(&one.act, authority).into_iter().next().unwrap_or_default();
            format!("\n    {what}\n      {}", to_approve(&one.act))
        })
        .collect();
    Ok((!of_record.is_empty()).then(|| format!("; on its record this waits, and is approved by its id:{}", of_record.concat())))
}

/// Whether an act records just this document under the file's seed.
fn is_of(act: &Act, file: &CertificateFile, document: &Document, authority: &AuthorityId) -> anyhow::Result<()> {
    let issue = Issue::from_bytes(&act.body)?;
    let places = Places {
        record_tag: issue.record_tag,
        locators: issue.locators.clone(),
        bases: issue.bases.clone(),
        predecessor: issue.predecessor,
    };
    let mut same = issue_from_document(document, &file.original, &file.seed, places)?;
    // What comes from other certificates is not in the document.
    (same.shares_pool, same.draws) = (issue.shares_pool, issue.draws.clone());
    (same.fingerprints, same.sealed_numbers) = (issue.fingerprints.clone(), issue.sealed_numbers.clone());
    let mut differ = different_parts(&issue, &same);
    differ.extend((act.kind != document.kind.number()).then_some("the kind"));
    differ.extend((issue.record_key(authority.member()) != file.record_key).then_some("the record key"));
    ensure!(
        differ.is_empty() && issue == same,
        "the act in the file does not record the document in it: {} differ; ask the first official for the original file",
        differ.join(", ")
    );
    Ok(())
}

/// Says what became of an authority's act, which may wait for further officials; gives the exit code.
///
/// # Errors
/// If no node says how many officials have to sign.
pub fn told(common: &Common, profile: &Profile, authority: &AuthorityId, act: &Act, became: &Done, done: &str) -> Outcome {
    if became.waits.is_empty() {
        return Ok(say(common, profile, became.height, became.number, &became.message, done));
    }
    let (id, needed) = (act_id(act).to_string(), officials_needed(profile, authority, act)?);
    if common.json {
        output::json(serde_json::json!({
            "environment": profile.founding.environment().as_str(), "accepted": false, "waiting": true, "act": id, "what": null, "once_signed": done,
            "signed": became.waits.len(), "threshold": needed,
        }));
    } else {
        output::result(&format!(
            "{}  {} of {needed} officials signed that {done}. Within {APPROVAL_DAYS_MAX} days another official of {authority} runs:\n    {}\n{}",
            marked(Mark::Unknown, "waiting", output::colour_on_stdout()),
            became.waits.len(),
            to_approve(act),
            banner(profile.founding.environment(), profile.founding.name())
        ));
    }
    Ok(exit::GOOD)
}

/// The number of the certificate that an act is about, if one's own files tell.
fn number_of<'a>(act: &Act, authority: &AuthorityId, own: &'a OwnFiles) -> Option<&'a str> {
    if let Some(record) = record_changed(act) {
        return own.number(&record, None);
    }
    let issue = Issue::from_bytes(&act.body).ok()?;
    own.number(&issue.record_key(authority.member()), Some(&issue.document_digest))
}

fn keys_in_words(keys: &[KeyNumber]) -> String {
    keys.iter().map(|key| format!("key {key}")).collect::<Vec<_>>().join(", ")
}

/// An act of an authority for people: what it does, and below that what belongs to it.
pub fn described(act: &Act, authority: &AuthorityId) -> Vec<String> {
    let unknown = || vec![format!("an act of kind {}, verb {}, that this program cannot read; update it", act.kind, act.verb)];
    let Some(kind) = RecordKind::from_number(act.kind) else { return unknown() };
    let read = match (Verb::from_number(act.verb), OfficeVerb::from_number(act.verb)) {
        (Some(verb @ (Verb::Issue | Verb::Replace | Verb::Draft)), _) => issued(kind, verb, act, authority),
        (Some(Verb::Share), _) => shared(kind, act),
        (Some(verb), _) => changed(kind, verb, act),
        (None, Some(verb)) => return approved::described(kind, verb, act, &AtHand::default()).unwrap_or_else(|_| unknown()),
        (None, None) => return unknown(),
    };
    read.unwrap_or_else(|_| unknown())
}

fn issued(kind: RecordKind, verb: Verb, act: &Act, authority: &AuthorityId) -> Result<Vec<String>, Malformed> {
    let issue = Issue::from_bytes(&act.body)?;
    let mut lines = summary(kind, verb.number(), &issue, authority);
    lines.extend(carried(&issue, &Known::default()));
    Ok(lines)
}

fn summary(kind: RecordKind, verb: u16, issue: &Issue, authority: &AuthorityId) -> Vec<String> {
    let class = issue.class.as_ref().map_or_else(String::new, |class| format!(" {}", escape_for_terminal(class)));
    let until = issue.valid_until.map_or_else(String::new, |until| format!(", valid until {until}"));
    let what = if verb == Verb::Draft.number() { "drafted" } else { "issued" };
    let lines = if issue.lines.len() == 1 { "1 line".to_owned() } else { format!("{} lines", issue.lines.len()) };
    vec![
        format!("{} {kind}{class} of {} is {what}, dated {}{until}", kind.rules().article(), issue.country, issue.issue_date),
        format!("record {}, {lines}", issue.record_key(authority.member())),
        format!("document SHA-256 {}", issue.document_digest),
    ]
}

fn changed(kind: RecordKind, verb: Verb, act: &Act) -> Result<Vec<String>, Malformed> {
    let change = StandingChange::from_bytes(&act.body)?;
    let mut lines = vec![format!("the {kind} of record {} is {} from {} on", change.record_key, verb.participle(), change.effective)];
    lines.extend(change.until.map(|until| format!("valid until {until}")));
    lines.extend(change.reason.map(|reason| format!("reason {reason}")));
    lines.extend(change.version.map(|version| format!("document SHA-256 {}", version.document_digest)));
    lines.extend(change.stands_by.map(|named| {
        let named: Vec<String> = named.iter().map(u32::to_string).collect();
        format!("with act {} on it (symbolon history shows them in this order)", named.join(", "))
    }));
    Ok(lines)
}

fn shared(kind: RecordKind, act: &Act) -> Result<Vec<String>, Malformed> {
    let share = Share::from_bytes(&act.body)?;
    // Which member looks at the locator only the first official and that member know.
    Ok(vec![
        format!("the {kind} of record {} is shared: one more member may look it up by number, for ever", share.record_key),
        format!("locator {}", share.locator),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::commitment::Seed;
    use ledger::id::NetworkId;
    use ledger::key::Signature;
    use ledger::lookup::RecordTag;
    use ledger::time::Height;
    use ledger::transaction::{TRANSACTION_VERSION, Transaction};

    fn in_a_file(text: &str) -> (Act, CertificateFile, Document, AuthorityId) {
        let (document, authority) = (read_document(text.as_bytes()).unwrap(), AuthorityId::parse("CL-subrei").unwrap());
        let (seed, record_tag) = (Seed::new([7; 16]), RecordTag::new([1; 32]));
        let places = Places { record_tag, locators: Vec::new(), bases: Vec::new(), predecessor: None };
        let act = issue_from_document(&document, text.as_bytes(), &seed, places).unwrap().into_act(document.kind);
        let transaction = Transaction {
            version: TRANSACTION_VERSION,
            network: NetworkId::new([0; 32]),
            signer: Signer::Authority(authority.clone()),
            key: KeyNumber::new(1),
            expiry: Height::new(9),
            acts: vec![act.clone()],
        };
        let file = CertificateFile {
            version: crate::certificate_file::CERTIFICATE_FILE_VERSION,
            network: transaction.network,
            original: text.as_bytes().to_vec().into(),
            media_type: document.media_type.as_str().to_owned(),
            seed,
            record_key: record_tag.record_key(authority.member()),
            act: transaction.act_tree(Signature::ed25519([0; 64])).act(0).unwrap(),
            receipt: None,
        };
        (act, file, document, authority)
    }

    #[test]
    fn an_act_is_that_of_the_document_beside_it_or_of_none() {
        let text = include_str!("../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
        let (act, file, document, authority) = in_a_file(text);
        is_of(&act, &file, &document, &authority).unwrap();
        let what = described(&act, &authority);
        assert!(what[0].starts_with("a certificate of origin CL-CN of CL is issued, dated 2026-03-"), "{what:?}");
        for (was, is, differs) in [("10800.00", "10900.00", true), ("MV Example", "MV Other", false)] {
            assert!(text.contains(was));
            let (_, file, document, _) = in_a_file(&text.replacen(was, is, 1));
            let error = is_of(&act, &file, &document, &authority).unwrap_err().to_string();
            assert!(error.contains("does not record the document in it: the SHA-256 of the document, its fields under"), "{error}");
            assert_eq!(error.contains("the lines of goods"), differs, "{error}");
        }
        let (_, mut file, document, _) = in_a_file(text);
        file.seed = Seed::new([8; 16]);
        assert!(is_of(&act, &file, &document, &authority).is_err());
    }

    #[test]
    fn all_that_an_issue_carries_is_described() {
        use contracts::acts::Draw;
        use contracts::standing::{Flags, Link};
        use ledger::commitment::{Replacement, ReplacementNumbers, SealedNumbers};
        use ledger::hash::Hash;
        use ledger::id::CertificateNumber;
        use ledger::lookup::Locator;
        let text = include_str!("../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
        let (act, _, document, authority) = in_a_file(text);
        let plain = Issue::from_bytes(&act.body).unwrap();
        assert!(described(&act, &authority).contains(&"no member looks it up by number".to_owned()));
        let record = RecordKey::new([5; 32]);
        let number = |text| CertificateNumber::parse(text).unwrap();
        let (numbers, seed) = (ReplacementNumbers { replaced: number("CL-8"), successor: number("CL-9") }, Seed::new([7; 16]));
        let sealed = SealedNumbers::seal(&numbers, Replacement { replaced: &record, successor: &record }, &seed);
        let issue = Issue {
            valid_from: Some(document.issue_date.date),
            flags: Flags::BACK_TO_BACK,
            locators: vec![Locator::new([1; 32]), Locator::new([2; 32])],
            bases: vec![Link::Record(record), Link::NotOnThisLedger],
            predecessor: Some(Link::Record(RecordKey::new([6; 32]))),
            shares_pool: Some(true),
            draws: Some(vec![Draw { base: record, line: 3, amount: 77, code: Some(Hash::new([0; 32])), unit: None, opening: None }]),
            fingerprints: Some(vec![Locator::new([3; 32])]),
            sealed_numbers: Some(vec![sealed]),
            ..plain
        };
        let what = described(&issue.into_act(document.kind), &authority).join("\n");
        for part in [
            "valid from 2026-",
            "back-to-back on another",
            "2 members look it up by number: locator 0101",
            "rests on record 0505",
            "rests on a certificate that is not on this ledger",
            "takes the place of record 0606",
            "shares the quantity of the certificate that it replaces",
            "draws 77, times the factor of that certificate (--base FILE opens it), of line 3 of record 0505",
            "1 member is warned of a second certificate for its goods",
            "tells both numbers, sealed",
            "commitment to all fields ",
        ] {
            assert!(what.contains(part), "{part}: {what}");
        }
    }

    #[test]
    fn an_act_that_cannot_be_read_is_never_described_as_something_else() {
        let authority = AuthorityId::parse("CL-subrei").unwrap();
        for (kind, verb) in [(1, 1), (1, 4), (1, 16), (1, 40), (1, 50), (1, 60), (1, 99), (99, 1)] {
            let what = described(&Act { kind, verb, body: vec![0].into() }, &authority);
            assert!(what[0].contains("cannot read"), "{kind} {verb}: {what:?}");
        }
    }
}
