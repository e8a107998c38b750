//! `symbolon issue` and `symbolon replace`: from documents to recorded certificates and their files.

mod bases;
mod doubts;
mod kept;
mod place;
pub mod rivals;
mod tells;
mod told;
mod why;

pub use bases::Base;
pub use doubts::of_no_party;
pub use kept::{file_name, receipt_for};
pub use place::{identity, where_records_lie};

use crate::Common;
use crate::certificate_file::{AROUND_DOCUMENT_BYTES_MAX, CertificateFile};
use crate::commands::verify::{asked, unusual};
use crate::failure::{Outcome, exit};
use crate::input::{self, Given, certificate_file, read_bounded_document};
use crate::issuer::{Done, Signed, Signing, act_id, batches, read_entry, sign, still_waiting, submit_signed, until_shown};
use crate::officer::{self, About, ask_own};
use crate::output;
use crate::profile::Profile;
use crate::registry::entries;
use anyhow::{Context as _, bail, ensure};

use contracts::acts::commitment_of;
use contracts::context::Known;
use contracts::document::{DOCUMENT_BYTES_MAX, Document, escape_for_terminal, read_document};
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::registry::{Approvals, ArrangementsBetween};
use contracts::standing::{Link, SameGoods, Standing, Verb, Version};
use kept::{Kept, Since};
use ledger::commitment::{CommitmentRoot, Seed};
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, CertificateNumber, MemberId};
use ledger::lookup::{LOCATORS_MAX, RecordKey};
use ledger::receipt::Proven;
use ledger::transaction::Act;
use place::{Made, Place, Secrets, places};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use told::{Became, Told, tell};

/// How many identities one question for locators may hold.
const LOCATORS_A_QUESTION_MAX: usize = 1000;

/// What to issue.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon issue certificate.xml             NUMBER.symbolon beside the document\n  symbolon issue *.xml *.json --out issued/  a morning under few signatures\n  symbolon issue --draft phyto.xml           likewise before it is issued\n  symbolon issue aeo.json --reader CN --key official.key\n  symbolon issue back-to-back.json --base RCEP-CN-2026-77120093.symbolon\n  symbolon issue --example origin > origin.json",
    after_help = "Who may look a certificate up by number: destination and transit of the\ndocument, your own member, an AEO's MRA partners, and each --reader.\nThe forms of documents: docs/documents.md.\nInterrupted? Issue the same document again: it goes on with the same file.\nExit codes: 0 all recorded or waiting for another official, 1 at least one\nrefused or unreadable, 2 wrong use, 3 not confirmed."
)]
pub struct Issue {
    /// Documents: SPS XML (UN/CEFACT SPSCertificate 17A) or JSON
    #[arg(required_unless_present = "example")]
    files: Vec<PathBuf>,
    /// Print an example document of this kind, and issue nothing
    #[arg(long, value_name = "KIND", conflicts_with = "files", value_parser = kinds())]
    example: Option<String>,
    /// Record drafts of SPS certificates: nobody relies on them until the issued document follows
    #[arg(long)]
    draft: bool,
    /// What they replace, or rest on, was never recorded on this ledger: the links are marked so
    #[arg(long)]
    elsewhere: bool,
    #[command(flatten)]
    how: How,
}

/// The words of the kinds.
fn kinds() -> clap::builder::PossibleValuesParser {
    let word = |kind: &RecordKind| clap::builder::PossibleValue::new(kind.rules().word()).help(kind.as_str());
    RecordKind::ALL.iter().map(word).collect::<Vec<_>>().into()
}

/// What to issue in whose place.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon replace corrected.json    the document names what it replaces\n  symbolon replace corrected.json --predecessor NZL2026/1\n  symbolon replace corrected.json --shares issued/CL-1.symbolon"
)]
pub struct Replace {
    /// The new document: SPS XML or JSON
    file: PathBuf,
    /// The number that it replaces [default: the one that the document names]
    #[arg(long, value_name = "NUMBER")]
    predecessor: Option<String>,
    /// What it replaces, or rests on, was never recorded on this ledger: the link is marked so
    #[arg(long)]
    elsewhere: bool,
    /// The predecessor's certificate file: its holds and uses go on, which a used certificate needs, and everybody who holds
    /// that file reads the new number in a verdict
    #[arg(long, value_name = "FILE")]
    shares: Option<PathBuf>,
    /// Its certificate file, where nothing goes on: everybody who holds that file reads the new number in a verdict [default:
    /// the file of its number in the folder of --out or of the document, if that is the recorded one]
    #[arg(long, value_name = "FILE", conflicts_with = "shares")]
    predecessor_file: Option<PathBuf>,
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
    /// The certificate file of one on which it rests: the quantity of a back-to-back or re-export certificate is drawn from it, and
    /// a supplier's is linked alone; may be given several times
    #[arg(long = "base", value_name = "FILE")]
    bases: Vec<PathBuf>,
}

/// What the file of the certificate that is replaced tells, and what else is said of all documents.
#[derive(Clone, Copy, Default)]
struct Before {
    /// What its file holds: whoever has the file is to read the new number.
    named: Option<Opened>,
    /// Whether its pool of quantity goes on.
    is_shared: bool,
    /// Whether what is replaced, or rested on, need not be recorded here.
    may_be_elsewhere: bool,
    /// Whether the documents are drafts.
    draft: bool,
}

/// What a certificate file tells of its record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Opened {
    record: RecordKey,
    seed: Seed,
    /// What its seed makes of its document; `None` if that cannot be read.
    root: Option<CommitmentRoot>,
    /// Of whom its document says that it is; `None` if of nobody.
    holder: Option<Hash>,
}

impl Opened {
    fn of(file: &CertificateFile) -> Self {
        let document = read_document(&file.original).ok();
        let root = document.as_ref().map(|document| commitment_of(document, &file.seed));
        Self { record: file.record_key, seed: file.seed, root, holder: document.as_ref().and_then(holder_of) }
    }

    /// Whether it is the file of a record: another one of the same number opens nothing of it.
    fn opens(&self, record: &RecordKey, standing: &Standing) -> bool {
        self.record == *record && self.root == Some(standing.commitment_root)
    }
}

/// The holder that a document names by an identification number, whichever way that is written.
fn holder_of(document: &Document) -> Option<Hash> {
    Some(sha256(crate::commands::verify::folded(document.value("tin")?).as_bytes()))
}

/// One document on its way.
struct Item {
    path: PathBuf,
    document: Document,
    bytes: Vec<u8>,
    digest: Hash,
    kind: RecordKind,
    seed: Seed,
    /// The record under whose seed it stands, and whose pool of quantity it shares.
    shares: Option<RecordKey>,
    /// Whether it was said that what it replaces, or rests on, was never recorded here: a mistyped number would else be
    /// recorded for ever as one elsewhere.
    is_elsewhere: bool,
    readers: Vec<MemberId>,
    /// Those of them that `--reader` names.
    further: Vec<MemberId>,
    predecessor: Option<CertificateNumber>,
    /// The file of the certificate that it replaces, where it was given.
    before: Option<Opened>,
    /// Where that file is looked for, where it was not.
    folders: Vec<PathBuf>,
    place: Option<Place>,
    link: Option<Link>,
    /// On what it rests, as far as that is recorded here.
    bases: Vec<RecordKey>,
    kept: Option<Kept>,
    /// What the ledger knows its act by.
    act: Option<Hash>,
    /// What is odd about it: recorded as written, and said.
    doubts: Vec<String>,
    /// Whether it is a draft.
    draft: bool,
}

impl Item {
    fn record(&self) -> RecordKey {
        self.place.as_ref().map_or(RecordKey::new([0; 32]), |place| place.record_key)
    }

    /// Its certificate file.
    fn file(&self) -> Option<PathBuf> {
        self.kept.as_ref().map(|kept| kept.path.clone())
    }

    /// Whether a standing is of this document, as this authority issues it under this seed.
    fn is_at(&self, standing: &Standing, authority: &AuthorityId) -> bool {
        let root = commitment_of(&self.document, &self.seed);
        let is_it = |version: Version| version.document_digest == self.digest && version.commitment_root == root;
        let first = Version { document_digest: standing.document_digest, commitment_root: standing.commitment_root };
        let later = standing.acts.iter().filter(|act| self.draft && act.verb == Verb::Draft).filter_map(|act| act.version);
        core::iter::once(first).chain(later).any(is_it) && standing.authority == *authority
    }

    fn told(self, what: Became) -> Told {
        Told { number: Some(self.document.number), path: self.path, what, readers: self.readers, doubts: self.doubts }
    }
}

/// Issues.
///
/// # Errors
/// If profile, key or node fail; a refused or unreadable file is no error but a line of the result.
pub fn issue(common: &Common, args: &Issue) -> Outcome {
    if let Some(kind) = args.example.as_deref().and_then(RecordKind::by_word) {
        output::write(kind.rules().example());
        return Ok(exit::GOOD);
    }
    let profile = common.open()?;
    run(common, &profile, &args.files, &args.how, None, Before { draft: args.draft, may_be_elsewhere: args.elsewhere, ..Before::default() })
}

/// Replaces.
///
/// # Errors
/// As [`issue`], and if no predecessor is named, or two different ones.
pub fn replace(common: &Common, args: &Replace) -> Outcome {
    let profile = common.open()?;
    let given = args.predecessor.as_deref().map(CertificateNumber::parse).transpose()?;
    let shared = args.shares.as_deref().map(|path| shared_with(&profile, path)).transpose()?;
    let before = match &args.predecessor_file {
        Some(path) => {
            let bytes = read_bounded_document(path, (DOCUMENT_BYTES_MAX + AROUND_DOCUMENT_BYTES_MAX) as u64)?;
            let file = certificate_file(&bytes).with_context(|| output::shown(path))?;
            Some(Opened::of(&file))
        }
        None => None,
    };
    run(
        common,
        &profile,
        std::slice::from_ref(&args.file),
        &args.how,
        Some(given),
        Before { named: shared.or(before), is_shared: shared.is_some(), may_be_elsewhere: args.elsewhere, draft: false },
    )
}

/// A certificate whose pool of quantity goes on in its replacement.
fn shared_with(profile: &Profile, path: &Path) -> anyhow::Result<Opened> {
    let Given::Certificate(file) = input::find(&path.to_string_lossy())? else {
        bail!("--shares {}: give the predecessor's certificate file, NUMBER.symbolon", path.display());
    };
    ensure!(file.network == profile.founding.network_id(), "--shares {}: the certificate is of another network", path.display());
    Ok(Opened::of(&file))
}

/// `replacing` is `None` to issue, else the predecessor that was given beside the document; `before` is what its file
/// tells.
fn run(
    common: &Common,
    profile: &Profile,
    files: &[PathBuf],
    how: &How,
    replacing: Option<Option<CertificateNumber>>,
    before: Before,
) -> Outcome {
    let (signing, authority) = Signing::of_authority(profile, how.key.as_deref())?;
    let readers = further_readers(profile, &how.readers)?;
    let node = profile.node()?;
    let mut told = Vec::new();
    let mut items = Vec::new();
    for path in files {
        match read(profile, path, &authority, &readers, replacing.as_ref()) {
            Ok(item) if !is_of_its_member(profile, &item.document, &authority) => {
                let refusal = Refusal::IssuerOfAnotherCountry;
                let message = format!("{}: {}", refusal.message(), why::another_country(profile, &item.document, &authority));
                let what = Became::Refused { number: refusal.number(), name: refusal.name(), message };
                told.push(item.told(what));
            }
            Ok(item) => {
                let item = Item { draft: before.draft, is_elsewhere: before.may_be_elsewhere, before: before.named, ..item };
                let item = Item { folders: kept::folders(&item, how), ..item };
                items.push(match before.named.filter(|_| before.is_shared) {
                    Some(Opened { record, seed, .. }) => Item { seed, shares: Some(record), ..item },
                    None => item,
                });
            }
            Err(error) => told.push(Told {
                path: path.clone(),
                number: None,
                what: Became::NotSent(error.into()),
                readers: Vec::new(),
                doubts: Vec::new(),
            }),
        }
    }
    let beneath = Base::open_all(profile, &how.bases)?;
    bases::are_named(&beneath, items.iter().map(|item| &item.document))?;
    add_partners(profile, &mut items)?;
    doubts::notice(profile, &authority, &mut items)?;
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
    let mut secrets = Secrets::new();
    for mut item in items {
        kept::recall(profile, &mut item, how);
        let checked = place::check_locators(profile, &node, &mut secrets, &item);
        match checked.and_then(|()| place::act(profile, &node, &authority, &item, &beneath, &secrets)) {
            Ok(Made { act, predecessor: link, bases, doubts }) => {
                item.doubts.extend(doubts);
                acts.push((Item { link, bases, act: Some(act_id(&act)), ..item }, act));
            }
            Err(error) => told.push(item.told(Became::NotSent(error.into()))),
        }
    }
    for batch in batches(acts) {
        let Some((items, signed)) = secured(profile, &signing, how, batch, &mut told) else { continue };
        match submit_signed(profile, &signing, signed) {
            Ok(all) => {
                let records: BTreeSet<RecordKey> = items.iter().map(Item::record).collect();
                let sent = Sent { profile, signing: &signing, authority: &authority, records, several: OnceCell::new() };
                for (item, done) in items.into_iter().zip(all) {
                    let what = sent.became(&item, &done);
                    told.push(item.told(what));
                }
            }
            // It may be recorded yet.
            Err(error) => {
                let why = format!("{error:#}");
                told.extend(items.into_iter().map(|item| {
                    let what = Became::Unknown { why: why.clone(), file: item.file() };
                    item.told(what)
                }));
            }
        }
    }
    told.sort_by_key(|told| files.iter().position(|path| *path == told.path));
    Ok(tell(common, profile, &told))
}

/// Signs a batch and writes its certificate files. A document whose file cannot be written is not sent.
fn secured(
    profile: &Profile,
    signing: &Signing,
    how: &How,
    mut batch: Vec<(Item, Act)>,
    told: &mut Vec<Told>,
) -> Option<(Vec<Item>, Signed)> {
    while !batch.is_empty() {
        let signed = sign(profile, signing, batch.iter().map(|(_, act)| act.clone()).collect());
        let mut written = Vec::with_capacity(batch.len());
        let count = batch.len();
        for ((mut item, act), alone) in batch.into_iter().zip(&signed.acts) {
            match kept::keep(profile, &mut item, alone, how) {
                Ok(()) => written.push((item, act)),
                Err(error) => told.push(item.told(Became::NotSent(error.into()))),
            }
        }
        if written.len() == count {
            return Some((written.into_iter().map(|(item, _)| item).collect(), signed));
        }
        // The others go without it, in a transaction of their own.
        batch = written;
    }
    None
}

/// The members of `--reader`: a mistyped one is no fault of a document.
fn further_readers(profile: &Profile, given: &[String]) -> anyhow::Result<Vec<MemberId>> {
    let one = |text: &String| {
        let shown = escape_for_terminal(text);
        let given = if text.is_empty() { "''" } else { &*shown };
        let member = MemberId::parse(text).map_err(|_| anyhow::anyhow!("--reader {given}: give a member's letters, such as CN"))?;
        ensure!(
            profile.founding.member(member).is_some(),
            "--reader {shown}: no member of this network; symbolon network members lists them"
        );
        Ok(member)
    };
    given.iter().map(one).collect()
}

fn read(
    profile: &Profile,
    path: &Path,
    authority: &AuthorityId,
    further: &[MemberId],
    replacing: Option<&Option<CertificateNumber>>,
) -> anyhow::Result<Item> {
    let bytes = read_bounded_document(path, DOCUMENT_BYTES_MAX as u64)?;
    // Each fault on a line of its own, so that all are corrected at once.
    let document = read_document(&bytes).map_err(|error| anyhow::anyhow!(error.faults().join("\n    ")))?;
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
    ensure!(
        predecessor.as_ref() != Some(&document.number),
        "{} would replace itself; name the certificate that it replaces",
        document.number
    );
    let mut readers = vec![authority.member()];
    let countries = document.destination_country.iter().chain(&document.transit_countries);
    readers.extend(countries.filter_map(|country| profile.founding.member_for(*country)).map(|member| member.id));
    readers.extend_from_slice(further);
    // The destination comes before the transit, so that it stays if there are too many.
    let mut kept: Vec<MemberId> = Vec::new();
    for reader in readers {
        if !kept.contains(&reader) && kept.len() < LOCATORS_MAX {
            kept.push(reader);
        }
    }
    Ok(Item {
        path: path.to_owned(),
        kind: document.kind,
        digest: sha256(&bytes),
        seed: Seed::new(rand::random()),
        shares: None,
        is_elsewhere: false,
        readers: kept,
        further: further.to_vec(),
        predecessor,
        before: None,
        folders: Vec::new(),
        document,
        bytes,
        place: None,
        link: None,
        bases: Vec::new(),
        kept: None,
        act: None,
        doubts: Vec::new(),
        draft: false,
    })
}

/// Whether the authority's member covers the document's country: its node computes record keys of no others.
fn is_of_its_member(profile: &Profile, document: &Document, authority: &AuthorityId) -> bool {
    profile.founding.member_for(document.issuing_country).is_some_and(|member| member.id == authority.member())
}

/// Lets the MRA partners look up what is open to them, such as AEO statuses whose holders agreed to that.
fn add_partners(profile: &Profile, items: &mut [Item]) -> anyhow::Result<()> {
    let is_open = |item: &Item| item.kind.rules().is_open_to_partners(&item.document);
    if !items.iter().any(is_open) {
        return Ok(());
    }
    let own = profile.member()?;
    let others: Vec<MemberId> = profile.founding.members().iter().map(|member| member.id).filter(|id| *id != own).collect();
    let keys: Vec<_> = others.iter().map(|other| contracts::key::arrangements_between(*other, own)).collect();
    let entries = entries(profile, keys.clone())?;
    for (other, key) in others.iter().zip(&keys) {
        let between: Option<ArrangementsBetween> = entries.read(key)?;
        if between.is_some_and(|between| !between.as_slice().is_empty()) {
            for item in items.iter_mut().filter(|item| is_open(item)) {
                if !item.readers.contains(other) && item.readers.len() < LOCATORS_MAX {
                    item.readers.push(*other);
                }
            }
        }
    }
    Ok(())
}

/// What the ledger shows of a document that was sent.
enum Shown {
    /// It is recorded, in this block, in the place of a draft or not, beside these others for the same goods.
    Recorded(u64, bool, SameGoods),
    /// So many officials signed, and others have to.
    Waits(usize),
}

/// A batch that was sent.
struct Sent<'a> {
    profile: &'a Profile,
    signing: &'a Signing,
    authority: &'a AuthorityId,
    /// The records of its documents.
    records: BTreeSet<RecordKey>,
    /// The acts on those for which there are several, once somebody asked.
    several: OnceCell<rivals::Several>,
}

impl Sent<'_> {
    fn several(&self) -> anyhow::Result<&rivals::Several> {
        if self.several.get().is_none() {
            let _ = self.several.set(rivals::several(self.profile, self.authority, &self.records)?);
        }
        self.several.get().context("nothing was found")
    }

    /// What became of a document, from what the node says and the ledger proves.
    fn became(&self, item: &Item, done: &Done) -> Became {
        let (profile, authority) = (self.profile, self.authority);
        // Whoever signed before waits for the others still.
        if done.number == 0 || done.number == Refusal::AlreadyApproved.number() {
            return self.recorded(item, done);
        }
        // Only the transaction that was sent knows the seed: an earlier attempt, or this one on another way, was recorded.
        let place = contracts::key::standing(&item.record());
        match crate::registry::entry::<Standing>(profile, place) {
            Ok(Some(standing))
                if item.is_at(&standing, authority) && !item.kept.as_ref().is_some_and(|kept| kept.since == Since::Recorded) =>
            {
                why::found_by_all(profile, item, done, self.recorded(item, done))
            }
            Ok(Some(standing))
                if done.number == Refusal::AlreadyRecorded.number()
                    && standing.authority == *authority
                    && (standing.document_digest == item.digest || standing.drafted_as(&item.digest, Known::Now).is_some()) =>
            {
                why::found_by_all(profile, item, done, why::already(profile, item, done, &standing))
            }
            Ok(standing) => refused(profile, authority, item, done, standing),
            Err(error) => Became::Unknown { why: format!("refused ({}: {}), and {error:#}", done.number, done.message), file: item.file() },
        }
    }

    /// What became of a document that is said to be recorded: it is believed with proof only.
    fn recorded(&self, item: &Item, done: &Done) -> Became {
        let Self { profile, signing, authority, .. } = *self;
        let record = item.record();
        let act = item.act.unwrap_or(Hash::new([0; 32]));
        let (place, approvals) = (contracts::key::standing(&record), contracts::key::approvals(&signing.signer, &act));
        let same_goods = contracts::key::same_goods(&record);
        let question = officer::Question::about(About::Keys(vec![place, approvals, same_goods]));
        let accept = |proven: &Proven| {
            let standing = read_entry::<Standing>(proven, &place)?.filter(|standing| item.is_at(standing, authority));
            if let Some(standing) = standing {
                let others = read_entry::<SameGoods>(proven, &same_goods)?.unwrap_or_default();
                let recorded = standing.drafted_as(&item.digest, Known::Now).filter(|_| item.draft).unwrap_or(standing.issued);
                return Ok(Shown::Recorded(recorded.height.get(), standing.drafted.is_some(), others));
            }
            let approvals = read_entry::<Approvals>(proven, &approvals)?.unwrap_or_default();
            let waits = approvals.has(signing.number).then(|| Shown::Waits(still_waiting(&approvals).len()));
            waits.ok_or_else(|| "the ledger does not show the certificate at its place".to_owned())
        };
        let (height, was_draft, others) = match until_shown(|| Ok(ask_own(profile, &question, accept)?.facts)) {
            Ok(Shown::Recorded(height, was_draft, others)) => (height, was_draft, others),
            Ok(Shown::Waits(signed)) => {
                let others = self.several().and_then(|several| rivals::of(profile, signing, item, &act, several));
                let others = others.unwrap_or_else(|error| {
                    output::talk(&format!("whether another act for {} waits as well is not known: {error:#}", item.document.number));
                    Vec::new()
                });
                return Became::Waits { act, signed, file: item.file(), others };
            }
            Err(error) => return Became::Unknown { why: format!("{error:#}"), file: item.file() },
        };
        let outside = if item.link == Some(Link::NotOnThisLedger) { ", which is not on this ledger" } else { "" };
        let mut remarks: Vec<String> =
            item.predecessor.iter().map(|number| format!("in the place of {}{outside}", escape_for_terminal(number.as_str()))).collect();
        remarks.extend(unusual(&item.document.number));
        remarks.extend(others.in_words(item.document.class.as_deref(), Known::Now, true));
        if item.kept.as_ref().is_some_and(|kept| kept.since == Since::Before) {
            remarks.push("completed what an earlier attempt began".into());
        }
        if item.draft {
            remarks.push("as a draft, which counts once the issued document is recorded".into());
        }
        let finished = receipt_for(profile, &record, item.document.destination_country)
            .and_then(|receipt| kept::finish(profile, item, &done.act, receipt));
        if let Err(error) = finished {
            remarks.push(format!(
                "its file has no receipt yet ({error:#}); complete it with: symbolon receipt {}",
                item.file().map(|file| output::shown(&file)).unwrap_or_default()
            ));
        }
        // Who found the draft finds what took its place.
        let knew_draft =
            if was_draft { tells::readers_of(profile, authority.member(), (&item.document.number, &record)) } else { Ok(Vec::new()) };
        let knew_draft = knew_draft.unwrap_or_else(|error| {
            remarks.push(format!("who knew its draft and finds it as well is not known ({error:#})"));
            Vec::new()
        });
        let knew_draft = knew_draft.into_iter().map(|(member, _)| member).collect();
        let remark = (!remarks.is_empty()).then(|| remarks.join(", "));
        Became::Recorded { height, record, file: item.file(), remark, is_new: true, knew_draft }
    }
}

/// What became of a document that the rules refused; `standing` is what lies in its place.
fn refused(profile: &Profile, authority: &AuthorityId, item: &Item, done: &Done, standing: Option<Standing>) -> Became {
    let mut message = done.message.clone();
    let file = kept::discard(item, standing.is_some());
    let complete = item.kept.as_ref().filter(|kept| kept.since == Since::Recorded);
    if let Some(more) = why::more(profile, authority, item, done) {
        message.push_str(&format!(": {more}"));
    }
    match (Refusal::from_number(done.number), standing) {
        (Some(Refusal::AlreadyRecorded), Some(standing)) => {
            message.push_str(&format!("; {} recorded it at {}", standing.authority, standing.issued));
        }
        (Some(Refusal::AlreadyRecordedOtherDocument), standing) => {
            let known = standing.map_or_else(String::new, |standing| {
                let by = format!("by {} under its {}", standing.authority, standing.signed());
                format!(", recorded {by} at {} with document SHA-256 {}", standing.issued, standing.document_digest)
            });
            message.push_str(&format!("; record {}{known}; this file has SHA-256 {}", item.record(), item.digest));
        }
        _ => {}
    }
    if let (Some(file), None) = (&file, complete) {
        message.push_str(&format!("; {} stays, since an earlier attempt may still be recorded", output::shown(file)));
    }
    Became::Refused { number: done.number, name: Refusal::from_number(done.number).map_or("", Refusal::name), message }
}
