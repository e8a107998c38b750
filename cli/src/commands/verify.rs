//! `symbolon verify`: the officer's question, answered by what this program checked itself.

mod before;
mod file;
mod hold;
mod question;
mod show;
mod stated;
mod story;

pub use show::status_json;
pub use stated::{folded, numbers_for_own, successor_number};

pub use question::{Day, calendar_date, kind, timestamp};

use crate::Common;
use crate::certificate_file::CertificateFile;
use crate::commands::issue::{file_name, of_no_party};
use crate::commands::office::{count, reference};
use crate::failure::Outcome;
use crate::freshness::{NotFresh, duration};
use crate::input::{self, Given};
use crate::officer::{self, About, Checked};
use crate::profile::Profile;
use anyhow::{Context as _, ensure};
use contracts::acts::Declared;
use contracts::context::{Known, Recorded};
use contracts::document::{Document, changed_fields, read_document};
use contracts::kinds::RecordKind;
use contracts::standing::Standing;
use contracts::verdict::{
    CheckName, CheckOutcome, DocumentCheck, Facts, Freshness, Question, Reason, RecordFacts, RecordedBy, Subject, UseOfLine, Verdict, Word,
    verdict, without_facts,
};
use ledger::hash::{Hash, sha256};
use ledger::id::CertificateNumber;
use ledger::place::CountryCode;
use ledger::receipt::{Proven, Trust};
use ledger::state::Changes;
use ledger::tree::StateKey;
use std::path::PathBuf;

/// What to verify, and in which light.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon verify CL-2026-0018834 --from CL          a number and its issuing country\n  symbolon verify CL-2026-0018834.symbolon           a certificate file\n  symbolon verify certificate.xml                    a document: SPS XML or JSON\n  symbolon verify FILE.symbolon --offline            without a connection, as of the receipt in the file\n  symbolon verify FILE.symbolon --document shown.xml which fields of the document shown differ?\n  symbolon verify FILE.symbolon --declaration 26CN0001 was this declaration presented while it was valid?\n  symbolon verify CL-77 --from CL --kind origin --class CL-CN --issued 2026-03-09\n                                                     is it proven that no such certificate was issued?\n  symbolon verify 123 --from NZ --on 2026-03-03 --known-at 2026-03-04T08:00:00Z",
    after_help = "VALID means genuine, in force and not used up, but for the lines that it names; of a number alone: recorded, in force and\nnot shown as used up. Preference or entry is your decision.\nOn a terminal a long list of goods shows its first lines, and all of which something is held, used or rejected, and long\ndescriptions are cut; a pipe and --json (docs/spec/verdict.md) get all of it.\nExit codes: 0 VALID, 1 NOT VALID, 2 wrong use or unreadable input, 3 CANNOT BE CONFIRMED;\nwith --detailed-exitcode: 10 altered, 11 not recognised or out of scope, 12 withdrawn, revoked or annulled, 13 expired or not\nyet valid, 14 not recorded, 15 suspended, 16 replaced, 17 exhausted, 18 rejected, 19 under verification, 20 stale, 21 no answer."
)]
pub struct Verify {
    /// A certificate number, a certificate file, a document, or - for standard input
    what: String,
    /// The issuing country of a number
    #[arg(long, value_name = "XX")]
    from: Option<String>,
    /// The document that was shown, to be compared with the one in the certificate file
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Valid on this date [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// As known at this time or block height, for a later review; a date is its last moment (UTC)
    #[arg(long, value_name = "TIME|HEIGHT")]
    known_at: Option<String>,
    /// The country for which it is judged [default: your own member's]
    #[arg(long = "for", value_name = "XX")]
    for_country: Option<String>,
    /// Ask nobody: judge by the receipt in the certificate file
    #[arg(long)]
    offline: bool,
    #[arg(long, value_name = "KIND", help = format!("Only this kind of a number: {}", RecordKind::words()))]
    kind: Option<String>,
    /// Only this agreement, document type or programme of a number
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Only this issuing authority of a number
    #[arg(long, value_name = "XX-name")]
    authority: Option<String>,
    /// The date of issue on the certificate whose number this is: without it an absence seldom proves anything
    #[arg(long, value_name = "DATE")]
    issued: Option<String>,
    /// The declaration whose goods are asked about, with a certificate file: what was presented in time stays good for them
    #[arg(long, value_name = "MRN")]
    declaration: Option<String>,
    /// The goods item of the declaration, where its presentation names one
    #[arg(long, value_name = "N", value_parser = count, requires = "declaration")]
    item: Option<u32>,
    /// AEO: the role in which the operator stands in the declaration, such as exporter
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// AEO: the identification number (TIN) of the declaration's party, compared with the holder's in the document or file
    #[arg(long, value_name = "TIN")]
    holder: Option<String>,
    /// Under an arrangement: the goods leave your country [default: they enter it]
    #[arg(long)]
    export: bool,
    /// Give each verdict an exit code of its own
    #[arg(long)]
    detailed_exitcode: bool,
}

/// What there is in hand.
struct InHand {
    about: Subject,
    file: Option<Box<CertificateFile>>,
    /// The document whose digest is compared, with its bytes' digest.
    shown: Option<(Option<Document>, Hash)>,
    /// The document inside a certificate file, as issued if its digest is the recorded one.
    original: Option<Document>,
    number: Option<CertificateNumber>,
}

impl InHand {
    /// The document that is judged.
    fn document(&self) -> Option<&Document> {
        self.shown.as_ref().and_then(|(document, _)| document.as_ref()).or(self.original.as_ref())
    }

    /// The document that is the recorded one, byte for byte: only that is a measure for the consignment.
    /// So is a certified copy or a correction that the verdict found unaltered.
    fn as_recorded(&self, recorded: Option<&Standing>, is_unaltered: bool) -> Option<&Document> {
        let standing = recorded;
        let recorded = standing.map(|standing| standing.document_digest);
        let is_form = |digest: &Hash| is_unaltered && standing.is_some_and(|standing| standing.form(digest, Known::Now).is_some());
        let is_draft = |digest: &Hash| {
            is_unaltered && standing.is_some_and(|known| known.is_draft_then(Known::Now) && known.drafted_as(digest, Known::Now).is_some())
        };
        let is_it = |digest: Hash| recorded == Some(digest) || is_draft(&digest);
        let file = self.file.as_ref().filter(|file| is_it(sha256(&file.original))).and(self.original.as_ref());
        let shown = self.shown.as_ref().filter(|(_, digest)| recorded == Some(*digest) || is_form(digest));
        let shown = shown.and_then(|(document, _)| document.as_ref());
        shown.or(file)
    }
}

/// A verdict, and what led to it.
struct Judged {
    verdict: Verdict,
    /// What is recorded, if a record was found.
    recorded: Option<Standing>,
    /// What happened to it.
    story: story::Story,
    remarks: Vec<String>,
    /// The newest block that the profile has seen, where the answer is of an older one by more than the limit of freshness.
    newer: Option<Recorded>,
}

/// Tells the story of a certificate: `symbolon explain`.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon explain CL-2026-0018834.symbolon\n  symbolon explain CL-2026-0018834 --from CL --for CN --on 2026-03-09\n  symbolon explain FILE.symbolon --known-at 2026-03-04",
    after_help = "Each act that bears on the certificate: when it was recorded, by whom, what it\nchanged; then the verdict with its reasons. With --offline holds and uses are\ntold by who used it alone. What was done to a record that is recognised by\narrangement is told to its issuer's country and to those who recognise it.\nExit codes as those of verify."
)]
pub struct Explain {
    #[command(flatten)]
    verify: Verify,
}

/// Runs `symbolon explain`.
///
/// # Errors
/// As [`run`].
pub fn explain(common: &Common, args: &Explain) -> Outcome {
    answer(common, &args.verify, true)
}

/// Runs the command.
///
/// # Errors
/// If the input cannot be read, or the profile does not allow to ask.
pub fn run(common: &Common, args: &Verify) -> Outcome {
    answer(common, args, false)
}

fn answer(common: &Common, args: &Verify, tells_story: bool) -> Outcome {
    let profile = common.open()?;
    let mut question = question::question(&profile, args)?;
    let in_hand = in_hand(&profile, args, &mut question);
    question.is_holder = in_hand.as_ref().ok().and_then(|in_hand| stated::is_holder(args.holder.as_deref()?, in_hand.document()?));
    let asked = question.clone();
    let for_country = question.for_country;
    let found = match in_hand.and_then(|in_hand| stated::has_holder(args.holder.as_deref(), &in_hand).map(|()| in_hand)) {
        // A node that keeps the look-up secret, or gives a wrong one, leaves the question open: that is a verdict as well.
        Err(error) => match error.downcast::<officer::NoLookup>() {
            Ok(none) => Err(nobody(&profile, &question, none.answered, none.remarks)?),
            Err(error) => return Err(error.into()),
        },
        Ok(in_hand) if args.declaration.is_some() && in_hand.file.is_none() => {
            return Err(anyhow::anyhow!(
                "--declaration: only a commitment to the reference is recorded, which nothing but the certificate file opens; give NUMBER.symbolon"
            )
            .into());
        }
        Ok(_) if is_idle_export(args, question.kind) => return Err(idle_export(question.kind).into()),
        Ok(in_hand) if args.offline => Ok((offline(&profile, args, &in_hand, question)?, in_hand)),
        Ok(in_hand) => Ok((online(&profile, args, &in_hand, question, tells_story)?, in_hand)),
    };
    let (Judged { verdict, recorded, story, mut remarks, newer }, in_hand) = match found {
        Ok((judged, in_hand)) => (judged, Some(in_hand)),
        Err(judged) => (judged, None),
    };
    if is_idle_export(args, verdict.kind) {
        return Err(idle_export(verdict.kind).into());
    }
    if let Some(country) = anothers_view(&profile, args, for_country, recorded.as_ref()) {
        return Err(anyhow::anyhow!(
            "--for {country}: what is recognised by arrangement is answered to each administration for its own country; leave it out, or ask with a profile of {country}'s; {}",
            crate::partners::TOLD_TO
        )
        .into());
    }
    // A changed document need not be readable to be found out; the recorded one must be, to be judged for what it says.
    let is_recorded = verdict.checks.iter().any(|check| check.name == CheckName::Unaltered && check.outcome == CheckOutcome::Passed);
    let is_unreadable = |in_hand: &InHand| in_hand.file.is_some() && in_hand.original.is_none() && args.document.is_none();
    if is_recorded && in_hand.as_ref().is_some_and(is_unreadable) {
        return Err(anyhow::anyhow!(
            "{}: the document in the certificate file cannot be read; ask the issuer for the file again",
            args.what
        )
        .into());
    }
    remarks.extend(in_hand.as_ref().and_then(|in_hand| uninvolved(&profile, in_hand, for_country)));
    remarks.extend(question::chosen(&profile, args, for_country));
    remarks.extend(in_hand.as_ref().and_then(|in_hand| in_hand.number.as_ref()).and_then(unusual));
    remarks.extend(to_state(args, in_hand.as_ref(), &verdict));
    remarks.extend(only_other_bytes(args, in_hand.as_ref(), &asked, &verdict));
    remarks.extend(without_roles(args, &verdict));
    remarks.extend(held_by(args, in_hand.as_ref(), &verdict));
    if tells_story && args.offline && !story.untold && !story.events.is_empty() {
        remarks.insert(0, "the receipt in the file tells who used it, and neither holds nor each use: ask without --offline".to_owned());
    }
    remarks.extend(perhaps_on_its_way(&asked, &verdict));
    if verdict.kind.is_some_and(|kind| kind.rules().is_answered_to_partners_only()) && for_country.is_none() {
        remarks.push("whether the operator is recognised was not judged: add --for XX, the country of the declaration".to_owned());
    }
    let story = if tells_story { story.for_own(&profile, args.offline, for_country)? } else { story };
    remarks.extend(story.untold.then(|| crate::partners::TOLD_TO.to_owned()).filter(|_| tells_story));
    let number = in_hand.as_ref().and_then(|in_hand| in_hand.number.as_ref());
    let answer = show::Answered { verdict: &verdict, remarks: &remarks, founding: &profile.founding, number, newer };
    let document = in_hand.as_ref().and_then(|in_hand| in_hand.as_recorded(recorded.as_ref(), is_recorded));
    let file = in_hand.as_ref().and_then(|in_hand| in_hand.file.as_deref());
    let hold = if in_hand.is_some() { hold::lines(&verdict, recorded.as_ref(), document, file) } else { Vec::new() };
    if common.json {
        let mut json = show::json(&answer, &hold, hold::json_lines(&verdict, document, file));
        if tells_story && let Some(object) = json.as_object_mut() {
            object.insert("story".to_owned(), story::json(&story.events));
        }
        crate::output::json(json);
    } else {
        let lines_max = crate::output::stdout_is_terminal().then_some(show::TERMINAL_LINES);
        let page = show::text(&answer, &hold, crate::output::colour_on_stdout(), lines_max);
        crate::output::result(&if tells_story { format!("{}{page}", story::text(&story)) } else { page });
    }
    Ok(verdict.exit_code(args.detailed_exitcode))
}

/// Whether --export was given for a certificate that is judged alike whichever way the goods go.
fn is_idle_export(args: &Verify, kind: Option<RecordKind>) -> bool {
    args.export && kind.is_some_and(|kind| !kind.rules().is_answered_to_partners_only())
}

/// The country of another administration than one's own, for which a stranger to a status asks: its issuer may.
fn anothers_view(profile: &Profile, args: &Verify, country: Option<CountryCode>, recorded: Option<&Standing>) -> Option<CountryCode> {
    let (own, standing) = (profile.member().ok()?, recorded?);
    let country = country.filter(|_| args.for_country.is_some() && standing.kind.rules().is_answered_to_partners_only())?;
    let is_own = profile.founding.member_for(country).is_some_and(|member| member.id == own);
    (!is_own && standing.authority.member() != own).then_some(country)
}

fn idle_export(kind: Option<RecordKind>) -> anyhow::Error {
    let what = kind.map_or_else(String::new, |kind| format!("{} {kind}", kind.rules().article()));
    anyhow::anyhow!("--export: {what} is judged alike whichever way the goods go; leave it out, it is for what arrangements recognise")
}

/// Says that the country for which it is judged has no part in the certificate, where the document tells.
fn uninvolved(profile: &Profile, in_hand: &InHand, for_country: Option<CountryCode>) -> Option<String> {
    let country = for_country?;
    if profile.founding.member_for(country).is_none() {
        return Some(format!("--for {country}: no member of this network covers {country}"));
    }
    let document = in_hand.document()?;
    let named: Vec<CountryCode> = document.destination_country.iter().chain(&document.transit_countries).copied().collect();
    let covering = |country: CountryCode| profile.founding.member_for(country).map(|member| member.id);
    let is_here = |other: &CountryCode| *other == country || covering(*other).is_some_and(|member| covering(country) == Some(member));
    let is_uninvolved = !named.is_empty() && !named.iter().chain([&document.issuing_country]).any(is_here);
    is_uninvolved.then(|| {
        let named: Vec<&str> = named.iter().map(CountryCode::as_str).collect();
        format!("{country} is neither destination nor transit: the document names {}", named.join(", "))
    })
}

/// Names the characters of a number that may be taken for others.
pub fn unusual(number: &CertificateNumber) -> Option<String> {
    let named: Vec<String> = number.beyond_ascii().map(|c| format!("{c} (U+{:04X})", u32::from(c))).collect();
    (!named.is_empty()).then(|| format!("the number holds characters beyond A-Z and 0-9, which may look like others: {}", named.join(", ")))
}

/// That a document which is not the recorded one says the same.
fn only_other_bytes(args: &Verify, in_hand: Option<&InHand>, question: &Question, verdict: &Verdict) -> Option<String> {
    let compared = args.document.is_some() && in_hand.is_some_and(|in_hand| in_hand.original.is_some());
    let equal = question.document.as_ref().is_some_and(|document| document.changed_fields.is_empty());
    (compared && equal && verdict.reason == Reason::OtherDocument).then(|| {
        "every field of the document shown is that of the one in the certificate file: only its bytes differ, such as white space, line ends or \
         a byte-order mark; ask for the document as it was issued"
            .to_owned()
    })
}

/// That a role says nothing of such a certificate.
fn without_roles(args: &Verify, verdict: &Verdict) -> Option<String> {
    let kind = verdict.kind.filter(|kind| args.role.is_some() && kind.rules().roles().is_empty())?;
    Some(format!("--role was not looked at: {} {kind} has no holder in a role", kind.rules().article()))
}

/// Where it stands who holds the lines of which nothing is free.
fn held_by(args: &Verify, in_hand: Option<&InHand>, verdict: &Verdict) -> Option<String> {
    let file = if in_hand?.file.is_some() { &args.what } else { "NUMBER.symbolon (the certificate file)" };
    (!verdict.held_lines().is_empty()).then(|| format!("who holds what of its lines is told by: symbolon uses {file}"))
}

/// Of a certificate of today an absence is proven as of a block, and the next block may hold it.
fn perhaps_on_its_way(question: &Question, verdict: &Verdict) -> Option<String> {
    let is_new = question.issue_date.and_then(|issued| issued.add_days(1)).is_some_and(|next| next >= question.on);
    (verdict.word == Word::NotRecorded && is_new && question.known == Known::Now).then(|| {
        format!(
            "this holds as of block {}; what its issuer sent a moment ago comes with a later block: ask again in a minute",
            verdict.as_of.height
        )
    })
}

/// Which options would state what the answer asks for.
fn to_state(args: &Verify, in_hand: Option<&InHand>, verdict: &Verdict) -> Option<String> {
    let open = [Reason::NotCovered, Reason::SeveralRecords].contains(&verdict.reason);
    let by_number = in_hand.is_some_and(|in_hand| in_hand.document().is_none() && matches!(in_hand.about, Subject::Number { .. }));
    let options = [
        (args.kind.is_none(), "--kind KIND"),
        (args.class.is_none(), "--class NAME"),
        (args.issued.is_none(), "--issued DATE"),
        (args.authority.is_none() && verdict.reason == Reason::SeveralRecords, "--authority XX-name"),
    ];
    let missing: Vec<&str> = options.into_iter().filter_map(|(is_missing, option)| is_missing.then_some(option)).collect();
    (open && by_number && !missing.is_empty()).then(|| format!("what the certificate says can be stated: {}", missing.join(", ")))
}

fn in_hand(profile: &Profile, args: &Verify, question: &mut Question) -> anyhow::Result<InHand> {
    let given = input::find(&args.what)?;
    ensure!(
        args.document.is_none() || matches!(given, Given::Certificate(_)),
        "--document is compared with a certificate file; give NUMBER.symbolon first"
    );
    let stated = [
        ("--from", args.from.is_some()),
        ("--kind", args.kind.is_some()),
        ("--class", args.class.is_some()),
        ("--authority", args.authority.is_some()),
        ("--issued", args.issued.is_some()),
    ];
    given.states_itself(&args.what, &stated)?;
    match given {
        Given::Number(number) => {
            ensure!(!args.offline, "without a connection a number proves nothing; give the certificate file NUMBER.symbolon");
            ensure!(
                args.holder.is_none(),
                "--holder: only a commitment to the holder is recorded, and a number tells none; give the document, or NUMBER.symbolon"
            );
            let country =
                args.from.as_deref().context("a number needs its issuing country: add --from XX (the country on the certificate)")?;
            let country = CountryCode::parse(country).context("--from")?;
            question.finds_by_number = finds_by_number(profile, country, None);
            Ok(InHand { about: subject(profile, country, &number)?, file: None, shown: None, original: None, number: Some(number) })
        }
        Given::Document(document, bytes) => {
            ensure!(!args.offline, "without a connection a document alone proves nothing; give the certificate file NUMBER.symbolon");
            ask_for_what_it_says(question, &document);
            question::for_destination(profile, args, question, &document);
            let digest = sha256(&bytes);
            question.document = Some(DocumentCheck::of(digest, Vec::new(), Some(&document)));
            question.finds_by_number = finds_by_number(profile, document.issuing_country, Some(&document));
            let about = subject(profile, document.issuing_country, &document.number)?;
            Ok(InHand { about, file: None, number: Some(document.number.clone()), shown: Some((Some(*document), digest)), original: None })
        }
        Given::Certificate(file) => {
            ensure!(
                file.network == profile.founding.network_id(),
                "{}: the certificate is of network {}, your profile trusts {}; choose the --profile of that network",
                args.what,
                file.network,
                profile.founding.network_id()
            );
            let original = read_document(&file.original).ok();
            question.amount_step = Some(file.seed.amount_factor());
            let declaration = args.declaration.as_deref().map(reference).transpose()?;
            question.declared = declaration.map(|reference| Declared::of(&file.seed, &reference, args.item));
            // A record is judged for what the document says it is: another's record with this digest is not it.
            if let Some(original) = &original {
                ask_for_what_it_says(question, original);
                question::for_destination(profile, args, question, original);
            }
            let (shown, digest, changed) = match &args.document {
                None => (None, sha256(&file.original), Vec::new()),
                Some(path) => {
                    let bytes = input::read_bounded_document(path, contracts::document::DOCUMENT_BYTES_MAX as u64)?;
                    let shown = read_document(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
                    ask_for_what_it_says(question, &shown);
                    let changed = original.as_ref().map(|original| changed_fields(original, &shown)).unwrap_or_default();
                    (Some(shown), sha256(&bytes), changed.into_iter().map(|change| change.path).collect())
                }
            };
            question.document = Some(DocumentCheck::of(digest, changed, shown.as_ref().or(original.as_ref())));
            let number = original.as_ref().map(|document| document.number.clone());
            Ok(InHand { about: Subject::Record(file.record_key), file: Some(file), shown: Some((shown, digest)), original, number })
        }
    }
}

/// Only a record of the kind, class, country and date that the document states is the document's record.
fn ask_for_what_it_says(question: &mut Question, document: &Document) {
    question.kind = Some(document.kind);
    question.class = document.class.clone();
    question.country = Some(document.issuing_country);
    question.issue_date = Some(document.issue_date.date);
}

/// Whether one's own member finds a certificate of that country by its number: its issuer does, and whom the document
/// names. Where the arrangements at its issue decide, nobody here knows.
fn finds_by_number(profile: &Profile, issued_by: CountryCode, document: Option<&Document>) -> Option<bool> {
    let own = profile.member().ok()?;
    let is_own = |country: &CountryCode| profile.founding.member_for(*country).is_some_and(|member| member.id == own);
    if is_own(&issued_by) {
        return Some(true);
    }
    let document = document.filter(|document| !document.kind.rules().is_found_by_arrangement())?;
    Some(document.destination_country.iter().chain(&document.transit_countries).any(is_own))
}

fn subject(profile: &Profile, country: CountryCode, number: &CertificateNumber) -> anyhow::Result<Subject> {
    let Some(issuer) = profile.founding.member_for(country).map(|member| member.id) else {
        // No member covers the country; its entry proves that, wherever the locator would lead.
        return Ok(Subject::Number { issuer: profile.member()?, country, locator: ledger::lookup::Locator::new([0; 32]) });
    };
    Ok(Subject::Number { issuer, country, locator: officer::locator(profile, issuer, number)? })
}

/// The question to a node that has the same answer.
pub fn asked(subject: &Subject, question: &Question, issue: bool) -> officer::Question {
    let about = match subject {
        Subject::Record(record) => About::Record(*record),
        Subject::Number { issuer, country, locator } => About::Number { issuer: *issuer, country: *country, locator: *locator },
    };
    officer::Question {
        about,
        for_country: question.for_country,
        kind: question.kind,
        class: question.class.clone(),
        authority: question.authority.clone(),
        country: question.country,
        known: question.known,
        issue,
    }
}

fn online(profile: &Profile, args: &Verify, in_hand: &InHand, mut question: Question, tells_story: bool) -> anyhow::Result<Judged> {
    let accept = |proven: &Proven| Facts::from_proven(proven, &in_hand.about, &question).map_err(|gap| gap.to_string());
    let answer = officer::ask(profile, &asked(&in_hand.about, &question, false), accept)?;
    let Some(checked) = answer.checked else {
        return nobody(profile, &question, answer.answered, answer.remarks);
    };
    // The members' clocks give today's date only where they agree; else the question keeps this computer's.
    if args.on.is_none()
        && let Some(fresh) = checked.freshness.as_ref().filter(|fresh| fresh.judged.is_ok())
    {
        question.on = fresh.now.date();
    }
    let mut remarks = answer.remarks;
    // The verdict rests on what was answered; but whoever hands the file on hands on its receipt.
    if let Some(file) = &in_hand.file
        && let Some(bytes) = &file.receipt
        && let Err(why) = file::receipt(file, bytes, &profile.trust()?)
    {
        remarks.push(set_aside(args, &why, ""));
    }
    let standing = checked.facts.records.first().filter(|_| checked.facts.records.len() == 1).map(|record| &record.standing);
    let before = standing.map(|standing| before::look(profile, standing, &question)).unwrap_or_default();
    remarks.extend(before.decided);
    let uses = if tells_story { Some(story::uses(profile, &checked.facts, &question)?) } else { None };
    let mut judged = judged(profile, &checked, in_hand, question, remarks, uses.as_deref())?;
    if let Some((replaced, standing)) = &before.replaced {
        stated::name_replaced(profile, replaced, standing, &mut judged);
    }
    Ok(judged)
}

/// The verdict of facts that were checked, with their freshness.
fn judged(
    profile: &Profile,
    checked: &Checked<Facts>,
    in_hand: &InHand,
    mut question: Question,
    remarks: Vec<String>,
    uses: Option<&[UseOfLine]>,
) -> anyhow::Result<Judged> {
    let header = checked.proven.header();
    if let Known::AtHeight(height) = question.known {
        ensure!(
            height <= header.height,
            "--known-at {height}: there is no such block yet; the newest that is proven is {}, of {}",
            header.height,
            header.time
        );
    }
    let own = profile.member().ok();
    question.freshness = match &checked.freshness {
        None => Freshness::NotAsked,
        Some(fresh) => match &fresh.judged {
            Ok(age) => Freshness::Fresh { age_s: age / 1000, members: own.into_iter().chain(fresh.confirmed_by.iter().copied()).collect() },
            Err(NotFresh::Stale(why) | NotFresh::Unconfirmed(why)) => Freshness::Stale { why: why.clone() },
        },
    };
    question.recorded_by = recorded_by(&checked.proven, &profile.trust()?);
    let mut verdict = verdict(&checked.facts, &question);
    file::look_at(&checked.facts, in_hand, &mut verdict);
    let mut story = story::Story::of(&checked.facts, &question, uses);
    let mut remarks = remarks;
    stated::name_links(&checked.facts, in_hand, &mut verdict, &mut story.events, &mut remarks);
    stated::name_successor(profile, checked, in_hand, &mut verdict, &mut story.events);
    let judged = |record: &&RecordFacts| Some(record.key) == verdict.record;
    let record = checked.facts.records.iter().find(judged);
    let recorded = record.map(|record| record.standing.clone());
    if let (Some(agreement), Some(document)) = (record.and_then(|record| record.agreement.as_ref()), in_hand.document()) {
        remarks.extend(of_no_party(&profile.founding, &agreement.agreement, document, question.on));
    }
    remarks.extend(recorded.as_ref().and_then(|standing| issued_since(standing, in_hand, &question)));
    Ok(Judged { verdict, recorded, story, remarks, newer: None })
}

/// What counts instead of a draft whose certificate is issued.
fn issued_since(standing: &Standing, in_hand: &InHand, question: &Question) -> Option<String> {
    let (document, number) = (question.document.as_ref()?, in_hand.number.as_ref()?);
    if let Some(since) = standing.draft_overtaken(&document.digest, question.known) {
        return Some(format!("another draft took the place of this one, at {since}; the certificate itself is still to be issued"));
    }
    let is_past = standing.was_draft(&document.digest) && !standing.is_draft_then(question.known);
    is_past
        .then(|| format!("what counts is the issued certificate {number}: verify its number, or its file {}.symbolon", file_name(number)))
}

fn recorded_by(proven: &Proven, trust: &Trust) -> Option<RecordedBy> {
    let validators = trust.validators_at(proven.header().height)?.as_slice().len();
    Some(RecordedBy { signers: proven.signers(), validators })
}

fn offline(profile: &Profile, args: &Verify, in_hand: &InHand, question: Question) -> anyhow::Result<Judged> {
    let file = in_hand.file.as_ref().context("--offline needs a certificate file")?;
    let bytes = file.receipt.as_ref().with_context(|| format!("{}: the file holds no receipt; run: symbolon receipt {0}", args.what))?;
    let trust = profile.trust()?;
    let checked = file::receipt(file, bytes, &trust).and_then(|(steps, proven)| {
        // The receipt may be for another country: what it does not show of this one, the founding file does, but for the
        // arrangements.
        let facts = Facts::from_proven_and_founded(&proven, &founded(profile, question.for_country), &in_hand.about, &question);
        Ok((steps, Checked { facts: facts.map_err(|gap| gap.to_string())?, proven, receipt: Vec::new(), freshness: None }))
    });
    match checked {
        Err(why) => {
            // What is recognised by arrangement needs a receipt that shows the arrangements of that country.
            let country = question.for_country.filter(|_| question.kind.is_some_and(|kind| kind.rules().is_answered_to_partners_only()));
            let country = country.map_or_else(String::new, |country| format!(" --for {country}"));
            let mut judged = nobody(profile, &question, true, Vec::new())?;
            judged.verdict.sentence = set_aside(args, &why, &country);
            Ok(judged)
        }
        Ok((steps, checked)) => {
            if let Known::AtTime(time) = question.known {
                ensure!(
                    time <= checked.proven.header().time,
                    "--known-at {time}: the receipt in the file is of {}, and does not show what was recorded by then; ask without --offline",
                    checked.proven.header().time
                );
            }
            if checked.proven.header().height > trust.newest() {
                profile.observe(&steps, checked.proven.header())?;
            }
            let at = Recorded { height: checked.proven.header().height, time: checked.proven.header().time };
            let seen = Recorded { height: trust.newest(), time: trust.newest_time() };
            let remark = (seen.height > at.height).then(|| {
                format!(
                    "the receipt in the file is of block {}, your profile has seen block {} of {}, {} later: what was done in between does not \
                     show; ask online, or renew it with: symbolon receipt {}",
                    at.height,
                    seen.height,
                    seen.time,
                    duration(seen.time.distance_ms(at.time)),
                    args.what
                )
            });
            let remark = remark.map(|remark| {
                let is_other = matches!(&question.document, Some(document) if !document.changed_fields.is_empty());
                let form =
                    if is_other { "; a correction or a certified copy that was recorded in between is the document as well" } else { "" };
                format!("{remark}{form}")
            });
            let newer = Some(seen).filter(|seen| is_much_newer(*seen, at, profile.freshness_ms()));
            Ok(Judged { newer, ..judged(profile, &checked, in_hand, question, remark.into_iter().collect(), None)? })
        }
    }
}

/// Which member covers a country, as the first state of the network shows for ever.
fn founded(profile: &Profile, country: Option<CountryCode>) -> Changes {
    let Some(country) = country else { return Changes::new() };
    let covering = profile.founding.member_for(country).map(|member| contracts::key::member(member.id));
    let is_of = |key: &StateKey| *key == contracts::key::country(country) || Some(*key) == covering;
    profile.founding.first_state().into_iter().filter(|(key, _)| is_of(key)).collect()
}

fn set_aside(args: &Verify, why: &str, country: &str) -> String {
    format!("the receipt in the file is set aside: {why}; a new one comes with: symbolon receipt {}{country}", args.what)
}

/// Whether a block that was seen is newer than an offline answer by more than the limit of freshness: then the verdict says
/// so itself, and not a note alone.
fn is_much_newer(seen: Recorded, at: Recorded, limit_ms: u64) -> bool {
    seen.height > at.height && seen.time > at.time.saturating_add_ms(limit_ms)
}

/// The verdict when no answer stands.
fn nobody(profile: &Profile, question: &Question, answered: bool, remarks: Vec<String>) -> anyhow::Result<Judged> {
    let trust = profile.trust()?;
    let why = if answered {
        "no answer checks against the network that you trust; nothing that was answered is believed"
    } else {
        "no node of your administration answers; try again, or verify the certificate file with --offline"
    };
    let as_of = Recorded { height: trust.newest(), time: trust.newest_time() };
    let verdict = without_facts(answered, why.into(), question, as_of, profile.founding.environment());
    Ok(Judged { verdict, recorded: None, story: story::Story::default(), remarks, newer: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::time::{Height, Timestamp};

    #[test]
    fn characters_that_may_look_like_others_are_named() {
        let said = |number: &str| unusual(&CertificateNumber::parse(number).unwrap());
        assert_eq!(said("CL-1"), None);
        assert!(said("65/ЕЕ–1").is_some_and(|said| said.ends_with("Е (U+0415), Е (U+0415), – (U+2013)")));
    }

    #[test]
    fn a_block_is_much_newer_than_an_answer_beyond_the_limit_of_freshness() {
        let block = |height: u64, ms: u64| Recorded { height: Height::new(height), time: Timestamp::from_millis(1_800_000_000_000 + ms) };
        let newer = |height: u64, ms: u64| is_much_newer(block(90, 60_001), block(height, ms), 60_000);
        assert!(newer(12, 0));
        assert!(!newer(12, 1) && !newer(90, 0) && !newer(95, 0));
    }
}
