//! `symbolon issue` and `symbolon replace`: from documents to recorded certificates and their files.

use crate::Common;
use crate::certificate_file::{CERTIFICATE_FILE_VERSION, CertificateFile};
use crate::client::Node;
use crate::commands::verify::asked;
use crate::failure::{Outcome, exit};
use crate::input::read_bounded;
use crate::issuer::{Done, Signing, batches, read_entry, sign, submit_signed, until_shown};
use crate::officer::{self, About, ask_own};
use crate::output::{self, Mark, banner, marked};
use crate::profile::{Profile, write_atomically};
use crate::registry::entries;
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{Places, class_of, commitment_of, issue_from_document};
use contracts::document::{DOCUMENT_BYTES_MAX, Document, Family, escape_for_terminal, read_document};
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::registry::ArrangementsBetween;
use contracts::standing::{Link, Standing};
use contracts::verdict::{Facts, Subject};
use ledger::codec::Canonical as _;
use ledger::commitment::Seed;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, CertificateNumber, MemberId};
use ledger::lookup::{LOCATORS_MAX, Locator, LookupSecret, RecordKey, RecordTag};
use ledger::place::CountryCode;
use ledger::receipt::Proven;
use ledger::transaction::Act;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

/// How many identities one question for locators may hold.
const LOCATORS_A_QUESTION_MAX: usize = 1000;

/// What to issue.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon issue certificate.xml                       writes NUMBER.symbolon beside the document\n  symbolon issue *.xml *.json --out issued/            a whole morning under few signatures\n  symbolon issue aeo.json --reader CN --key official.key",
    after_help = "Who may look a certificate up by number: destination and transit of the document, your own member, an AEO's MRA partners, and\neach --reader. Exit codes: 0 all recorded, 1 at least one refused or unreadable, 2 wrong use, 3 not confirmed."
)]
pub struct Issue {
    /// Documents: SPS XML (UN/CEFACT SPSCertificate 17A) or JSON
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// What to issue in whose place.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon replace corrected.json                          the document names the number that it replaces\n  symbolon replace corrected.json --predecessor NZL2026/1  it does not"
)]
pub struct Replace {
    /// The new document: SPS XML or JSON
    file: PathBuf,
    /// The number that it replaces [default: the one that the document names]
    #[arg(long, value_name = "NUMBER")]
    predecessor: Option<String>,
    #[command(flatten)]
    how: How,
}

/// With which key, for whom, and where to.
#[derive(clap::Args)]
pub struct How {
    /// The directory for the certificate files [default: beside each document]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A further member that may look it up by number; may be given several times
    #[arg(long = "reader", value_name = "XX")]
    readers: Vec<String>,
}

/// One document on its way.
struct Item {
    path: PathBuf,
    document: Document,
    bytes: Vec<u8>,
    digest: Hash,
    kind: RecordKind,
    seed: Seed,
    readers: Vec<MemberId>,
    predecessor: Option<CertificateNumber>,
    place: Option<Place>,
    link: Option<Link>,
}

impl Item {
    fn record(&self) -> RecordKey {
        self.place.as_ref().map_or(RecordKey::new([0; 32]), |place| place.record_key)
    }
}

/// What became of one file.
struct Told {
    path: PathBuf,
    number: Option<CertificateNumber>,
    what: Became,
}

enum Became {
    Recorded { height: u64, record: RecordKey, file: Option<PathBuf>, remark: Option<String> },
    Refused { number: u16, name: &'static str, message: String },
    Unreadable(String),
    Unknown { why: String, file: Option<PathBuf> },
}

/// Issues.
///
/// # Errors
/// If profile, key or node fail; a refused or unreadable file is no error but a line of the result.
pub fn issue(common: &Common, args: &Issue) -> Outcome {
    let profile = common.open()?;
    run(common, &profile, &args.files, &args.how, None)
}

/// Replaces.
///
/// # Errors
/// As [`issue`], and if no predecessor is named, or two different ones.
pub fn replace(common: &Common, args: &Replace) -> Outcome {
    let profile = common.open()?;
    let given = args.predecessor.as_deref().map(CertificateNumber::parse).transpose()?;
    run(common, &profile, std::slice::from_ref(&args.file), &args.how, Some(given))
}

/// `replacing` is `None` to issue, else the predecessor that was given beside the document.
fn run(common: &Common, profile: &Profile, files: &[PathBuf], how: &How, replacing: Option<Option<CertificateNumber>>) -> Outcome {
    let (signing, authority) = Signing::of_authority(profile, how.key.as_deref())?;
    let node = profile.node()?;
    let mut told = Vec::new();
    let mut items = Vec::new();
    for path in files {
        match read(profile, path, &authority, how, replacing.as_ref()) {
            Ok(item) if !is_of_its_member(profile, &item.document, &authority) => {
                let refusal = Refusal::IssuerOfAnotherCountry;
                let what = Became::Refused { number: refusal.number(), name: refusal.name(), message: refusal.message() };
                told.push(Told { path: path.clone(), number: Some(item.document.number), what });
            }
            Ok(item) => items.push(item),
            Err(error) => told.push(Told { path: path.clone(), number: None, what: Became::Unreadable(format!("{error:#}")) }),
        }
    }
    add_partners(profile, &mut items)?;
    for some in items.chunks_mut(LOCATORS_A_QUESTION_MAX) {
        let places = places(
            &node,
            &authority,
            &some.iter().map(|item| (item.kind, &item.document, item.document.number.clone(), item.readers.as_slice())).collect::<Vec<_>>(),
        )?;
        for (item, place) in some.iter_mut().zip(places) {
            item.place = Some(place);
        }
    }
    let mut acts = Vec::new();
    let mut secrets = BTreeMap::new();
    for item in items {
        match check_locators(profile, &node, &mut secrets, &item).and_then(|()| act(profile, &node, &authority, &item)) {
            Ok((act, link)) => acts.push((Item { link, ..item }, act)),
            Err(error) => {
                told.push(Told { number: Some(item.document.number), path: item.path, what: Became::Unreadable(format!("{error:#}")) })
            }
        }
    }
    for batch in batches(acts) {
        let (batch_items, batch_acts): (Vec<Item>, Vec<Act>) = batch.into_iter().unzip();
        let wire = sign(profile, &signing, batch_acts.clone());
        let all = match submit_signed(profile, &signing, batch_acts, wire.clone()) {
            Ok(all) => all,
            Err(error) => {
                // It may be recorded yet, and only the file holds the seeds.
                for (index, item) in (0..).zip(batch_items) {
                    let file =
                        write_file(profile, &item, &wire, index, None, how).map_err(|error| output::talk(&format!("{error:#}"))).ok();
                    told.push(Told {
                        number: Some(item.document.number),
                        path: item.path,
                        what: Became::Unknown { why: format!("{error:#}"), file },
                    });
                }
                continue;
            }
        };
        for (item, done) in batch_items.into_iter().zip(all) {
            let what = if done.number == 0 { recorded(profile, &authority, &item, &done, how) } else { refused(profile, &item, done) };
            told.push(Told { number: Some(item.document.number), path: item.path, what });
        }
    }
    told.sort_by_key(|told| files.iter().position(|path| *path == told.path));
    Ok(tell(common, profile, &told))
}

fn read(
    profile: &Profile,
    path: &Path,
    authority: &AuthorityId,
    how: &How,
    replacing: Option<&Option<CertificateNumber>>,
) -> anyhow::Result<Item> {
    let bytes = read_bounded(path, DOCUMENT_BYTES_MAX as u64)?;
    let document = read_document(&bytes)?;
    let named = document.predecessor.as_ref().map(|link| link.number.clone());
    let predecessor = match (replacing, named) {
        (None | Some(None), named) => named,
        (Some(Some(given)), Some(named)) if *given != named => {
            bail!("the document replaces {named}, --predecessor says {given}; one of them is wrong")
        }
        (Some(Some(given)), _) => Some(given.clone()),
    };
    ensure!(
        replacing.is_none() || predecessor.is_some(),
        "the document does not say what it replaces; add --predecessor NUMBER, or use: symbolon issue"
    );
    let mut readers = vec![authority.member()];
    let countries = document.destination_country.iter().chain(&document.transit_countries);
    readers.extend(countries.filter_map(|country| profile.founding.member_for(*country)).map(|member| member.id));
    for reader in &how.readers {
        let reader = MemberId::parse(reader)?;
        ensure!(profile.founding.member(reader).is_some(), "--reader {reader}: no member of this network");
        readers.push(reader);
    }
    // The destination comes before the transit, so that it stays if there are too many.
    let mut kept: Vec<MemberId> = Vec::new();
    for reader in readers {
        if !kept.contains(&reader) && kept.len() < LOCATORS_MAX {
            kept.push(reader);
        }
    }
    Ok(Item {
        path: path.to_owned(),
        kind: document.kind.into(),
        digest: sha256(&bytes),
        seed: Seed::new(rand::random()),
        readers: kept,
        predecessor,
        document,
        bytes,
        place: None,
        link: None,
    })
}

/// Whether the authority's member covers the document's country: its node computes record keys of no others.
fn is_of_its_member(profile: &Profile, document: &Document, authority: &AuthorityId) -> bool {
    profile.founding.member_for(document.issuing_country).is_some_and(|member| member.id == authority.member())
}

/// Lets the MRA partners look up AEO statuses whose holders agreed to that.
fn add_partners(profile: &Profile, items: &mut [Item]) -> anyhow::Result<()> {
    let consents = |item: &Item| matches!(&item.document.family, Family::Aeo { consent_to_exchange: true, .. });
    if !items.iter().any(consents) {
        return Ok(());
    }
    let own = profile.member()?;
    let others: Vec<MemberId> = profile.founding.members().iter().map(|member| member.id).filter(|id| *id != own).collect();
    let keys: Vec<_> = others.iter().map(|other| contracts::key::arrangements_between(*other, own)).collect();
    let entries = entries(profile, keys.clone())?;
    for (other, key) in others.iter().zip(&keys) {
        let between: Option<ArrangementsBetween> = entries.read(key)?;
        if between.is_some_and(|between| !between.as_slice().is_empty()) {
            for item in items.iter_mut().filter(|item| consents(item)) {
                if !item.readers.contains(other) && item.readers.len() < LOCATORS_MAX {
                    item.readers.push(*other);
                }
            }
        }
    }
    Ok(())
}

/// Asks the own member's node where records lie.
fn places(
    node: &Node,
    authority: &AuthorityId,
    of: &[(RecordKind, &Document, CertificateNumber, &[MemberId])],
) -> anyhow::Result<Vec<Place>> {
    let items: Vec<Value> = of
        .iter()
        .map(|(kind, document, number, readers)| {
            let readers: Vec<&str> = readers.iter().map(MemberId::as_str).collect();
            identity(*kind, document.issuing_country, authority, class_of(document), number, &readers)
        })
        .collect();
    where_records_lie(node, items)
}

/// One identity as the node reads it.
pub fn identity(
    kind: RecordKind,
    country: CountryCode,
    authority: &AuthorityId,
    class: Option<String>,
    number: &CertificateNumber,
    readers: &[&str],
) -> Value {
    let mut identity = json!({ "kind": kind.number(), "country": country.as_str(), "number": number.as_str(), "readers": readers });
    if let Some(object) = identity.as_object_mut() {
        if kind.numbers_are_the_authoritys() {
            object.insert("authority".into(), authority.as_str().into());
        }
        if let Some(class) = class {
            object.insert("class".into(), class.into());
        }
    }
    identity
}

/// Where one record lies, and by which tag an act leads there.
#[derive(Clone)]
pub struct Place {
    /// What the issue act carries.
    pub record_tag: RecordTag,
    /// Where the standing lies.
    pub record_key: RecordKey,
    /// Where its readers find it, ascending.
    pub locators: Vec<Locator>,
}

/// Record tags, record keys and locators of identities of the own member.
///
/// # Errors
/// If the node does not answer for each.
pub fn where_records_lie(node: &Node, items: Vec<Value>) -> anyhow::Result<Vec<Place>> {
    #[derive(serde::Deserialize)]
    struct Answer {
        items: Vec<Written>,
    }
    #[derive(serde::Deserialize)]
    struct Written {
        record_tag: String,
        record_key: String,
        #[serde(default)]
        locators: Vec<String>,
    }
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = items.len();
    let answer: Answer = node.post_json("/v1/locators", &json!({ "items": items }))?;
    ensure!(answer.items.len() == wanted, "node {} answered for {} identities, {wanted} were asked", node.url(), answer.items.len());
    let read = |place: &Written| {
        let mut locators = place.locators.iter().map(|hex| Locator::from_hex(hex)).collect::<Option<Vec<_>>>()?;
        locators.sort();
        locators.dedup();
        Some(Place { record_tag: RecordTag::from_hex(&place.record_tag)?, record_key: RecordKey::from_hex(&place.record_key)?, locators })
    };
    answer
        .items
        .iter()
        .map(|place| read(place).with_context(|| format!("node {} gave no record tag, record key or locator", node.url())))
        .collect()
}

/// That a record's locators are those at which its readers will look, from look-up secrets that were proven.
fn check_locators(profile: &Profile, node: &Node, secrets: &mut BTreeMap<MemberId, LookupSecret>, item: &Item) -> anyhow::Result<()> {
    let own = profile.member()?;
    let mut locators = Vec::with_capacity(item.readers.len());
    for reader in &item.readers {
        let secret = match secrets.entry(*reader) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(officer::lookup_secret(profile, own, *reader)?),
        };
        locators.push(secret.locator(&item.document.number));
    }
    locators.sort();
    locators.dedup();
    let named = item.place.as_ref().map(|place| &place.locators);
    ensure!(named == Some(&locators), "node {} named locators at which the readers would not find it; do not use this node", node.url());
    Ok(())
}

/// The act that records a document, and what it replaces.
fn act(profile: &Profile, node: &Node, authority: &AuthorityId, item: &Item) -> anyhow::Result<(Act, Option<Link>)> {
    let Place { record_tag, record_key, locators } = item.place.clone().context("the node named no place for it")?;
    ensure!(
        record_tag.record_key(authority.member()) == record_key,
        "node {} named a record key that is not {}'s; ask the own member's node",
        node.url(),
        authority.member()
    );
    let predecessor = match &item.predecessor {
        None => None,
        Some(number) => Some(own_link(profile, node, authority, item, number)?),
    };
    let bases = item
        .document
        .bases
        .iter()
        .map(|base| base_link(profile, item, &base.number, base.issuing_country))
        .collect::<anyhow::Result<_>>()?;
    let issue = issue_from_document(&item.document, &item.bytes, &item.seed, Places { record_tag, locators, bases, predecessor })?;
    Ok((issue.into_act(item.kind), predecessor))
}

/// The link to a certificate of the same authority: its record, or that it is not on this ledger.
fn own_link(profile: &Profile, node: &Node, authority: &AuthorityId, item: &Item, number: &CertificateNumber) -> anyhow::Result<Link> {
    let places = places(node, authority, &[(item.kind, &item.document, number.clone(), &[])])?;
    let record = places.into_iter().next().context("the node named no record key")?.record_key;
    let standing: Option<Standing> = crate::registry::entry(profile, contracts::key::standing(&record))?;
    Ok(if standing.is_some() { Link::Record(record) } else { Link::NotOnThisLedger })
}

/// The link to a certificate beneath this one, which another member may have issued: looked up as an officer would.
fn base_link(profile: &Profile, item: &Item, number: &CertificateNumber, country: Option<CountryCode>) -> anyhow::Result<Link> {
    let Some(country) = country else { return Ok(Link::NotOnThisLedger) };
    let Some(issuer) = profile.founding.member_for(country).map(|member| member.id) else { return Ok(Link::NotOnThisLedger) };
    let about = Subject::Number { issuer, country, locator: officer::locator(profile, issuer, number)? };
    let mut question = contracts::verdict::Question::on(item.document.issue_date.date);
    question.kind = Some(item.kind);
    let checked = ask_own(profile, &asked(&about, &question, false), |proven| {
        Facts::from_proven(proven, &about, &question).map_err(|gap| gap.to_string())
    })?;
    let fitting: Vec<RecordKey> = checked.facts.fitting(&question).map(|record| record.key).collect();
    Ok(if let [only] = fitting[..] { Link::Record(only) } else { Link::NotOnThisLedger })
}

/// What became of a document that the node says is recorded: it is believed with proof only.
fn recorded(profile: &Profile, authority: &AuthorityId, item: &Item, done: &Done, how: &How) -> Became {
    let record = item.record();
    let place = contracts::key::standing(&record);
    let question = officer::Question::about(About::Keys(vec![place]));
    let commitment = commitment_of(&item.document, &item.seed);
    // Only the transaction that was sent knows the seed.
    let shown = |standing: Standing| {
        let same = standing.document_digest == item.digest && standing.commitment_root == commitment && standing.authority == *authority;
        same.then_some(standing.issued.height.get())
    };
    let accept = |proven: &Proven| {
        read_entry(proven, &place)?.and_then(shown).ok_or_else(|| "the ledger does not show the certificate at its place".to_owned())
    };
    let height = match until_shown(|| Ok(ask_own(profile, &question, accept)?.facts)) {
        Ok(height) => height,
        Err(error) => {
            let file =
                write_file(profile, item, &done.wire, done.index, None, how).map_err(|error| output::talk(&format!("{error:#}"))).ok();
            return Became::Unknown { why: format!("{error:#}"), file };
        }
    };
    let outside = if item.link == Some(Link::NotOnThisLedger) { ", which is not on this ledger" } else { "" };
    let remark = item.predecessor.as_ref().map(|number| format!("in the place of {}{outside}", escape_for_terminal(number.as_str())));
    let receipt = receipt_for(profile, &record, item.document.destination_country)
        .map_err(|error| output::talk(&format!("{}: no receipt yet ({error:#}); run: symbolon receipt FILE", item.document.number)))
        .ok();
    match write_file(profile, item, &done.wire, done.index, receipt, how) {
        Ok(file) => Became::Recorded { height, record, file: Some(file), remark },
        Err(error) => {
            Became::Recorded { height, record, file: None, remark: Some(format!("its certificate file was not written: {error:#}")) }
        }
    }
}

/// Writes the certificate file.
fn write_file(profile: &Profile, item: &Item, wire: &[u8], act: u32, receipt: Option<Vec<u8>>, how: &How) -> anyhow::Result<PathBuf> {
    let file = CertificateFile {
        version: CERTIFICATE_FILE_VERSION,
        network: profile.founding.network_id(),
        original: item.bytes.clone().into(),
        media_type: item.document.media_type.as_str().to_owned(),
        seed: item.seed,
        record_key: item.record(),
        transaction: wire.to_vec().into(),
        act,
        receipt: receipt.map(Into::into),
    };
    let directory = how.out.clone().unwrap_or_else(|| item.path.parent().map(Path::to_owned).unwrap_or_default());
    if !directory.as_os_str().is_empty() {
        std::fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
    }
    let name = file_name(&item.document.number);
    let candidates =
        (1_u32..).map(|count| directory.join(if count == 1 { format!("{name}.symbolon") } else { format!("{name}.{count}.symbolon") }));
    let path = candidates.into_iter().find(|path| !path.exists()).context("no free name")?;
    write_atomically(&path, &file.to_bytes())?;
    Ok(path)
}

/// A number as a file's name: letters, digits and `._-` stay, every other character becomes `_`.
pub fn file_name(number: &CertificateNumber) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' };
    let name: String = number.as_str().chars().map(plain).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}

/// A receipt of a record, with its issuing transaction, for the country that it will be shown to.
///
/// # Errors
/// If no node's answer checks.
pub fn receipt_for(profile: &Profile, record: &RecordKey, for_country: Option<CountryCode>) -> anyhow::Result<Vec<u8>> {
    let about = Subject::Record(*record);
    let mut question = contracts::verdict::Question::on(officer::own_clock().date());
    question.for_country = for_country;
    let accept = |proven: &ledger::receipt::Proven| {
        let facts = Facts::from_proven(proven, &about, &question).map_err(|gap| gap.to_string())?;
        if facts.records.is_empty() { Err("it shows no such record".to_owned()) } else { Ok(()) }
    };
    Ok(ask_own(profile, &asked(&about, &question, true), accept)?.receipt)
}

fn refused(profile: &Profile, item: &Item, done: Done) -> Became {
    let (number, mut message) = (done.number, done.message);
    if number == Refusal::AlreadyRecordedOtherDocument.number()
        && let Some(Place { record_key: record, .. }) = &item.place
    {
        let standing = crate::registry::entry::<Standing>(profile, contracts::key::standing(record)).ok().flatten();
        let known = standing.map_or_else(String::new, |standing| {
            format!(", recorded at {} with document SHA-256 {}", standing.issued, standing.document_digest)
        });
        message.push_str(&format!("; record {record}{known}; this file has SHA-256 {}", item.digest));
    }
    Became::Refused { number, name: Refusal::from_number(number).map_or("", Refusal::name), message }
}

fn tell(common: &Common, profile: &Profile, told: &[Told]) -> u8 {
    let code = exit_code(told);
    if common.json {
        let files: Vec<Value> = told
            .iter()
            .map(|told| {
                let number = told.number.as_ref().map(CertificateNumber::as_str);
                match &told.what {
                    Became::Recorded { height, record, file, remark } => {
                        json!({ "document": told.path, "number": number, "outcome": "recorded", "height": height, "record": record.to_string(), "file": file, "remark": remark })
                    }
                    Became::Refused { number: refusal, name, message } => {
                        json!({ "document": told.path, "number": number, "outcome": "refused", "refusal": refusal, "name": name, "message": message })
                    }
                    Became::Unreadable(why) => json!({ "document": told.path, "number": number, "outcome": "unreadable", "message": why }),
                    Became::Unknown { why, file } => json!({ "document": told.path, "number": number, "outcome": "unknown", "message": why, "file": file }),
                }
            })
            .collect();
        output::json(
            json!({ "environment": profile.founding.environment().as_str(), "network": profile.founding.network_id().to_string(), "files": files }),
        );
        return code;
    }
    let colour = output::colour_on_stdout();
    let mut text = String::new();
    for told in told {
        let number = told
            .number
            .as_ref()
            .map_or_else(|| told.path.display().to_string(), |number| escape_for_terminal(number.as_str()).into_owned());
        let line = match &told.what {
            Became::Recorded { height, file, remark, .. } => {
                let file = file.as_ref().map_or_else(String::new, |file| format!(" → {}", file.display()));
                let remark = remark.as_ref().map_or_else(String::new, |remark| format!(", {remark}"));
                format!("{}  {number}{file} (block {height}{remark})", marked(Mark::Good, "recorded", colour))
            }
            Became::Refused { number: refusal, message, .. } => {
                format!("{}  {number} in {}: {refusal}: {message}", marked(Mark::Bad, "refused", colour), told.path.display())
            }
            Became::Unreadable(why) => {
                // The system's own messages begin with the path already.
                let path = told.path.display().to_string();
                let place = if why.starts_with(&path) { String::new() } else { format!("{path}: ") };
                format!("{}  {place}{why}", marked(Mark::Bad, "not sent", colour))
            }
            Became::Unknown { why, file } => {
                let file =
                    file.as_ref().map_or_else(String::new, |file| format!("; keep {} and run: symbolon receipt on it", file.display()));
                format!("{}  {number}: whether it is recorded is not known: {why}{file}", marked(Mark::Unknown, "unknown", colour))
            }
        };
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str(&banner(profile.founding.environment(), profile.founding.name()));
    output::result(&text);
    code
}

fn exit_code(told: &[Told]) -> u8 {
    if told.iter().any(|told| matches!(told.what, Became::Unknown { .. })) {
        exit::UNCONFIRMED
    } else if told.iter().any(|told| !matches!(told.what, Became::Recorded { .. })) {
        exit::REFUSED
    } else {
        exit::GOOD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_becomes_a_harmless_file_name() {
        for (number, name) in [
            ("CL-2026-0018834", "CL-2026-0018834"),
            ("NZL2026/MPI/0048127", "NZL2026_MPI_0048127"),
            ("../../etc", "_.._.._ETC"),
            ("果 1", "__1"),
        ] {
            assert_eq!(file_name(&CertificateNumber::parse(number).unwrap()), name);
        }
    }

    #[test]
    fn an_identity_names_the_authority_only_where_numbers_are_its_own() {
        let number = CertificateNumber::parse("1").unwrap();
        let authority = AuthorityId::parse("CL-x").unwrap();
        let country = CountryCode::parse("CL").unwrap();
        let origin = identity(RecordKind::CertificateOfOrigin, country, &authority, Some("CL-CN".into()), &number, &["CN"]);
        assert_eq!((origin["authority"].as_str(), origin["class"].as_str()), (Some("CL-x"), Some("CL-CN")));
        let sps = identity(RecordKind::SpsCertificate, country, &authority, None, &number, &[]);
        assert!(sps.get("authority").is_none() && sps.get("class").is_none());
    }
}
