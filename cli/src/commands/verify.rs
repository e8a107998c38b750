//! `symbolon verify`: the officer's question, answered by what this program checked itself.

mod hold;
mod show;

use crate::Common;
use crate::certificate_file::CertificateFile;
use crate::failure::Outcome;
use crate::freshness::NotFresh;
use crate::input::{self, Given};
use crate::officer::{self, About, Checked, own_clock};
use crate::profile::Profile;
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{Issue, class_of, commitment_of};
use contracts::context::{Known, Recorded};
use contracts::document::{Document, changed_fields, read_document};
use contracts::kinds::RecordKind;
use contracts::registry::Flow;
use contracts::standing::Standing;
use contracts::verdict::{
    CheckName, CheckOutcome, DocumentCheck, Facts, Freshness, Question, RecordFacts, RecordedBy, Subject, Verdict, verdict, without_facts,
};
use ledger::codec::Canonical as _;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, CertificateNumber, Signer};
use ledger::place::CountryCode;
use ledger::receipt::{Proven, Receipt, Trust};
use ledger::time::{CalendarDate, Height, Timestamp};
use ledger::transaction::DecodedTransaction;
use std::path::PathBuf;

/// What to verify, and in which light.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon verify CL-2026-0018834 --from CL          a number and its issuing country\n  symbolon verify CL-2026-0018834.symbolon           a certificate file\n  symbolon verify certificate.xml                    a document: SPS XML or JSON\n  symbolon verify FILE.symbolon --offline            without a connection, as of the receipt in the file\n  symbolon verify FILE.symbolon --document shown.xml which fields of the document shown differ?\n  symbolon verify 123 --from NZ --on 2026-03-03 --known-at 2026-03-04T08:00:00Z",
    after_help = "VALID means genuine, in force and unused; preference or entry is your decision.\nExit codes: 0 VALID, 1 NOT VALID, 2 wrong use or unreadable input, 3 CANNOT BE CONFIRMED;\nwith --detailed-exitcode: 10 altered, 11 not recognised or out of scope, 12 withdrawn, revoked or annulled, 13 expired or not\nyet valid, 14 not recorded, 15 suspended, 16 replaced, 17 exhausted, 18 rejected, 19 under verification, 20 stale, 21 no answer."
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
    /// As known at this time or block height, for a later review
    #[arg(long, value_name = "TIME|HEIGHT")]
    known_at: Option<String>,
    /// The country for which it is judged [default: your own member's]
    #[arg(long = "for", value_name = "XX")]
    for_country: Option<String>,
    /// Ask nobody: judge by the receipt in the certificate file
    #[arg(long)]
    offline: bool,
    /// Only this kind of a number: origin, sps or aeo
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only this agreement, document type or programme of a number
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// Only this issuing authority of a number
    #[arg(long, value_name = "XX-name")]
    authority: Option<String>,
    /// AEO: the role in which the operator stands in the declaration, such as exporter
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// AEO: the goods leave your country [default: they enter it]
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
    /// The document that is the recorded one, byte for byte: only that is a measure for the consignment.
    fn as_recorded(&self, recorded: Option<Hash>) -> Option<&Document> {
        let file = self.file.as_ref().filter(|file| recorded == Some(sha256(&file.original))).and(self.original.as_ref());
        let shown = self.shown.as_ref().filter(|(_, digest)| recorded == Some(*digest)).and_then(|(document, _)| document.as_ref());
        file.or(shown)
    }
}

/// A verdict, and what led to it.
struct Judged {
    verdict: Verdict,
    /// The digest of the recorded document, if a record was found.
    recorded: Option<Hash>,
    remarks: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// If the input cannot be read, or the profile does not allow to ask.
pub fn run(common: &Common, args: &Verify) -> Outcome {
    let profile = common.open()?;
    let mut question = question(&profile, args)?;
    let found = match in_hand(&profile, args, &mut question) {
        // A node that keeps the look-up secret, or gives a wrong one, leaves the question open: that is a verdict as well.
        Err(error) => match error.downcast::<officer::NoLookup>() {
            Ok(none) => Err(nobody(&profile, &question, none.answered, none.remarks)?),
            Err(error) => return Err(error.into()),
        },
        Ok(in_hand) if args.offline => Ok((offline(&profile, args, &in_hand, question)?, in_hand)),
        Ok(in_hand) => Ok((online(&profile, args, &in_hand, question)?, in_hand)),
    };
    let (Judged { verdict, recorded, remarks }, in_hand) = match found {
        Ok((judged, in_hand)) => (judged, Some(in_hand)),
        Err(judged) => (judged, None),
    };
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
    let number = in_hand.as_ref().and_then(|in_hand| in_hand.number.as_ref());
    let answer = show::Answered { verdict: &verdict, remarks: &remarks, founding: &profile.founding, number };
    let hold =
        in_hand.as_ref().map(|in_hand| hold::lines(&verdict, in_hand.as_recorded(recorded), in_hand.file.as_deref())).unwrap_or_default();
    if common.json {
        crate::output::json(show::json(&answer, &hold));
    } else {
        crate::output::result(&show::text(&answer, &hold, crate::output::colour_on_stdout()));
    }
    Ok(verdict.exit_code(args.detailed_exitcode))
}

fn question(profile: &Profile, args: &Verify) -> anyhow::Result<Question> {
    let on = match &args.on {
        None => own_clock().date(),
        Some(text) => CalendarDate::parse(text).with_context(|| format!("--on {text}: no date; write it as 2026-03-09"))?,
    };
    let mut question = Question::on(on);
    if let Some(text) = &args.known_at {
        question.known =
            known_at(text).with_context(|| format!("--known-at {text}: write a block height, or a time as 2026-03-09T10:15:00Z"))?;
    }
    question.for_country = match &args.for_country {
        Some(country) => Some(CountryCode::parse(country).context("--for")?),
        None => {
            profile.member().ok().and_then(|member| profile.founding.member(member)).and_then(|member| member.countries.first().copied())
        }
    };
    question.kind = args.kind.as_deref().map(kind).transpose()?;
    question.class = args.class.clone();
    question.authority = args.authority.as_deref().map(AuthorityId::parse).transpose()?;
    question.role = args.role.clone();
    question.flow = if args.export { Flow::Export } else { Flow::Import };
    Ok(question)
}

/// Reads the word for a kind.
///
/// # Errors
/// If it is none.
pub fn kind(text: &str) -> anyhow::Result<RecordKind> {
    match text {
        "origin" => Ok(RecordKind::CertificateOfOrigin),
        "sps" => Ok(RecordKind::SpsCertificate),
        "aeo" => Ok(RecordKind::AeoStatus),
        _ => bail!("'{text}' is no kind of certificate; say origin, sps or aeo"),
    }
}

fn known_at(text: &str) -> Option<Known> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        return text.parse().ok().map(|height| Known::AtHeight(Height::new(height)));
    }
    timestamp(text).map(Known::AtTime)
}

/// Reads a time in UTC, `2026-03-09T10:15:00Z` or with milliseconds; a date alone is its last moment.
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (CalendarDate::parse(date)?, clock.strip_suffix('Z')?),
        None => (CalendarDate::parse(text)?, "23:59:59.999"),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<u64> = clock.split(':').map(|part| if part.len() == 2 { part.parse().ok() } else { None }).collect::<Option<_>>()?;
    let [hours @ 0..=23, minutes @ 0..=59, seconds @ 0..=60] = parts[..] else { return None };
    if fraction.is_empty() || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: u64 = format!("{fraction:0<3}").parse().ok()?;
    Some(date.start_utc().saturating_add_ms(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis))
}

fn in_hand(profile: &Profile, args: &Verify, question: &mut Question) -> anyhow::Result<InHand> {
    let given = input::find(&args.what)?;
    ensure!(
        args.document.is_none() || matches!(given, Given::Certificate(_)),
        "--document is compared with a certificate file; give NUMBER.symbolon first"
    );
    match given {
        Given::Number(number) => {
            ensure!(!args.offline, "without a connection a number proves nothing; give the certificate file NUMBER.symbolon");
            let country =
                args.from.as_deref().context("a number needs its issuing country: add --from XX (the country on the certificate)")?;
            let country = CountryCode::parse(country).context("--from")?;
            Ok(InHand { about: subject(profile, country, &number)?, file: None, shown: None, original: None, number: Some(number) })
        }
        Given::Document(document, bytes) => {
            ensure!(!args.offline, "without a connection a document alone proves nothing; give the certificate file NUMBER.symbolon");
            ask_for_what_it_says(question, &document);
            let digest = sha256(&bytes);
            question.document = Some(DocumentCheck { digest, changed_fields: Vec::new() });
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
            // A record is judged for what the document says it is: another's record with this digest is not it.
            if let Some(original) = &original {
                ask_for_what_it_says(question, original);
            }
            let (shown, digest, changed) = match &args.document {
                None => (None, sha256(&file.original), Vec::new()),
                Some(path) => {
                    let bytes = input::read_bounded(path, contracts::document::DOCUMENT_BYTES_MAX as u64)?;
                    let shown = read_document(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
                    ask_for_what_it_says(question, &shown);
                    let changed = original.as_ref().map(|original| changed_fields(original, &shown)).unwrap_or_default();
                    (Some(shown), sha256(&bytes), changed.into_iter().map(|change| change.path).collect())
                }
            };
            question.document = Some(DocumentCheck { digest, changed_fields: changed });
            let number = original.as_ref().map(|document| document.number.clone());
            Ok(InHand { about: Subject::Record(file.record_key), file: Some(file), shown: Some((shown, digest)), original, number })
        }
    }
}

/// Only a record of the kind, class, country and date that the document states is the document's record.
fn ask_for_what_it_says(question: &mut Question, document: &Document) {
    question.kind = Some(document.kind.into());
    question.class = class_of(document);
    question.country = Some(document.issuing_country);
    question.issue_date = Some(document.issue_date.date);
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

fn online(profile: &Profile, args: &Verify, in_hand: &InHand, mut question: Question) -> anyhow::Result<Judged> {
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
    judged(profile, &checked, in_hand, question, answer.remarks)
}

/// The verdict of facts that were checked, with their freshness.
fn judged(
    profile: &Profile,
    checked: &Checked<Facts>,
    in_hand: &InHand,
    mut question: Question,
    remarks: Vec<String>,
) -> anyhow::Result<Judged> {
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
    look_at_file(&checked.facts, in_hand, &mut verdict);
    let judged = |record: &&RecordFacts| Some(record.key) == verdict.record;
    let recorded = checked.facts.records.iter().find(judged).map(|record| record.standing.document_digest);
    Ok(Judged { verdict, recorded, remarks })
}

fn recorded_by(proven: &Proven, trust: &Trust) -> Option<RecordedBy> {
    let validators = trust.validators_at(proven.header().height)?.as_slice().len();
    Some(RecordedBy { signers: proven.signers(), validators })
}

/// Says if the certificate file itself was changed: then it is no measure for a document, and opens no commitment.
fn look_at_file(facts: &Facts, in_hand: &InHand, verdict: &mut Verdict) {
    let (Some(file), Some(record)) = (&in_hand.file, facts.records.first()) else { return };
    let compared = in_hand.shown.as_ref().is_some_and(|(shown, _)| shown.is_some());
    if record.standing.document_digest != sha256(&file.original) {
        if compared {
            verdict.flags.push("the certificate file was changed itself; the named fields compare two changed documents".into());
        }
    } else if !is_its_transaction(file, &record.standing) {
        verdict.flags.push("the transaction in the certificate file was changed: it is not the one that issued the record".into());
    } else if in_hand.original.as_ref().is_some_and(|document| commitment_of(document, &file.seed) != record.standing.commitment_root) {
        verdict.flags.push("the seed in the certificate file was changed: it opens none of the recorded fields".into());
    }
}

fn is_its_transaction(file: &CertificateFile, standing: &Standing) -> bool {
    let Ok(decoded) = DecodedTransaction::from_wire(file.transaction.to_vec(), &file.network) else { return false };
    let Signer::Authority(authority) = &decoded.transaction().signer else { return false };
    let act = usize::try_from(file.act).ok().and_then(|index| decoded.transaction().acts.get(index));
    act.and_then(|act| Issue::from_bytes(&act.body).ok()).is_some_and(|issue| {
        issue.record_key(authority.member()) == file.record_key
            && issue.document_digest == standing.document_digest
            && issue.commitment_root == standing.commitment_root
    })
}

fn offline(profile: &Profile, args: &Verify, in_hand: &InHand, mut question: Question) -> anyhow::Result<Judged> {
    let file = in_hand.file.as_ref().context("--offline needs a certificate file")?;
    let bytes = file.receipt.as_ref().with_context(|| format!("{}: the file holds no receipt; run: symbolon receipt {0}", args.what))?;
    let receipt = Receipt::from_bytes(bytes).with_context(|| args.what.clone())?;
    let (steps, trust) = (receipt.steps.clone().unwrap_or_default(), profile.trust()?);
    let checked = receipt.verify(&trust, &mut rand::rng()).map_err(|error| error.to_string()).and_then(|proven| {
        let facts = Facts::from_proven(&proven, &in_hand.about, &question).or_else(|gap| {
            // The receipt may be for another country; most kinds are judged alike in all.
            if args.for_country.is_some() {
                return Err(gap);
            }
            question.for_country = None;
            Facts::from_proven(&proven, &in_hand.about, &question)
        });
        Ok(Checked { facts: facts.map_err(|gap| gap.to_string())?, proven, receipt: Vec::new(), freshness: None })
    });
    match checked {
        Err(why) => {
            let remark = format!("the receipt in the file is set aside: {why}; a new one comes with: symbolon receipt {}", args.what);
            nobody(profile, &question, true, vec![remark])
        }
        Ok(checked) => {
            if checked.proven.header().height > trust.newest() {
                profile.observe(&steps, checked.proven.header())?;
            }
            let (height, seen) = (checked.proven.header().height, trust.newest());
            let remarks = if height < seen {
                vec![format!(
                    "the receipt in the file is of block {height}, your profile has seen block {seen} of {}: what was done in between does not \
                     show; ask online, or renew it with: symbolon receipt {}",
                    trust.newest_time(),
                    args.what
                )]
            } else {
                Vec::new()
            };
            judged(profile, &checked, in_hand, question, remarks)
        }
    }
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
    Ok(Judged { verdict, recorded: None, remarks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_heights_are_read() {
        assert_eq!(known_at("17"), Some(Known::AtHeight(Height::new(17))));
        for (text, millis) in [("1970-01-02T00:00:00Z", 86_400_000), ("1970-01-01T01:02:03.5Z", 3_723_500), ("1970-01-01", 86_399_999)] {
            assert_eq!(timestamp(text), Some(Timestamp::from_millis(millis)), "{text}");
        }
        for text in ["", "1970-01-01T25:00:00Z", "1970-01-01T1:00:00Z", "1970-01-01T01:00:00", "1970-01-01T01:00:00.1234Z", "x"] {
            assert_eq!(timestamp(text), None, "{text}");
        }
        let shown = Timestamp::from_millis(1_800_000_000_123);
        assert_eq!(timestamp(&shown.to_string()), Some(shown));
    }
}
