//! `symbolon present`, `acknowledge`, `accept`, `reject`, `ask` and `answer`.

use super::{InHand, OnCertificate, count, office, reference, still};
use crate::Common;
use crate::commands::authority::date;
use crate::commands::keys::say;
use crate::commands::officials::told;
use crate::commands::withdrawal::reason;
use crate::failure::Outcome;
use crate::issuer::{Signing, submit_confirmed};
use crate::profile::Profile;
use crate::record::{Which, find};
use crate::registry::{answers_that_count, entries, entry};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{Answer, Declared, OfficeAct};
use contracts::context::Known;
use contracts::destination::{Destination, DestinationAct, OfficeVerb};
use contracts::document::escape_for_terminal;
use contracts::kinds::RecordKind;
use contracts::refusal::Refusal;
use contracts::registry::{Agreement, AgreementId, AgreementTerms, Member};
use contracts::standing::Standing;
use ledger::id::MemberId;
use ledger::time::CalendarDate;
use std::path::PathBuf;

/// Which certificate was presented, when, and with which declaration.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon present CL-2026-0018834.symbolon --declaration 26CN0001\n  symbolon present CL-2026-0018834.symbolon --date 2026-03-09",
    after_help = "What is presented in time stays good after the last day of validity: with\n--declaration the goods of that declaration (with --item of that goods item\nalone), and no others; without it whatever your offices hold or use."
)]
pub struct Present {
    #[command(flatten)]
    on: OnCertificate,
    /// On which date it was lodged [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// The declaration's reference; only a commitment to it is recorded
    #[arg(long, value_name = "MRN")]
    declaration: Option<String>,
    /// Only this goods item of the declaration
    #[arg(long, value_name = "N", value_parser = count, requires = "declaration")]
    item: Option<u32>,
}

/// Which certificate has arrived.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon acknowledge NZL2026_MPI_0048127.symbolon\n  symbolon acknowledge NZL2026_MPI_0048127.symbolon --date 2026-03-09",
    after_help = "Of SPS certificates alone: the destination's service has received it. A\ndecision follows with accept or reject."
)]
pub struct Acknowledge {
    #[command(flatten)]
    on: OnCertificate,
    /// On which date [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

/// What is accepted.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon accept PC-2026-0001.symbolon\n  symbolon accept PC-2026-0001.symbolon --lines 1,3\n  symbolon accept PC-2026-0001.symbolon --lines 1,3 --reason 4",
    after_help = "Of a certificate of origin, preference is granted. With --lines, only these\nlines are accepted and nothing is said of the others; with --lines and --reason\nthe other lines of an SPS certificate are rejected. The last decision counts for\neach line. It also counts where the issuer did not confirm the certificate: that\nanswer stays visible to everybody. Preference that is granted after the last day\nof validity excuses the late presentation of that declaration alone. Without\n--declaration an acceptance is for the one that was presented, if it was with\none, and else for all. What was rejected for all, or not confirmed, it sets\naside for that one only: --all-declarations does for all."
)]
pub struct Accept {
    #[command(flatten)]
    on: OnCertificate,
    #[command(flatten)]
    decision: Decision,
    /// For the goods of this declaration: its reference, of which only a commitment is recorded
    #[arg(long, value_name = "MRN")]
    declaration: Option<String>,
    /// Only this goods item of the declaration
    #[arg(long, value_name = "N", value_parser = count, requires = "declaration")]
    item: Option<u32>,
    /// For all declarations, also where one was presented
    #[arg(long, conflicts_with = "declaration")]
    all_declarations: bool,
}

/// What is rejected, and why.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon reject PC-2026-0001.symbolon --reason 7\n  symbolon reject CL-2026-0018834.symbolon --reason 2 --lines 2\n  symbolon reject CL-2026-0018834.symbolon --reason 2 --declaration 26CN0001",
    after_help = "Of a certificate of origin, preference is denied. The issuer's word is\nunchanged. What is rejected is neither held nor used, until a later 'accept'\ntakes the rejection back (accept --all-declarations), for all lines or with\n--lines for some. With --declaration only the goods of that declaration are\nrejected, such as those that did not come directly, each of its goods items or\nwith --item that one; without it all are."
)]
pub struct Reject {
    #[command(flatten)]
    on: OnCertificate,
    #[command(flatten)]
    decision: Decision,
    /// Of the goods of this declaration alone: its reference, of which only a commitment is recorded
    #[arg(long, value_name = "MRN")]
    declaration: Option<String>,
    /// Only this goods item of the declaration
    #[arg(long, value_name = "N", value_parser = count, requires = "declaration")]
    item: Option<u32>,
}

/// A decision.
#[derive(clap::Args)]
struct Decision {
    /// On which date [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = reason)]
    reason: Option<u16>,
    /// Only these lines
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = count)]
    lines: Vec<u32>,
}

/// What is asked of the issuer.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon ask RCEP-2026-77.symbolon            as long as the agreement gives\n  symbolon ask CL-2026-0018834.symbolon --deadline 2026-09-09\n  symbolon ask CL-2026-0018834.symbolon --extend --deadline 2026-12-09\n  symbolon ask CL-2026-0018834.symbolon --close",
    after_help = "Where the certificate's agreement names a time for the reply, a question gives\njust that, counted from its recording; elsewhere at least 30 days. Whoever asked\nmay extend it later."
)]
pub struct Ask {
    #[command(flatten)]
    on: OnCertificate,
    /// By when the issuer is to answer, where the agreement does not say, or of an extension
    #[arg(long, value_name = "DATE", conflicts_with = "close")]
    deadline: Option<String>,
    /// Extend the deadline of the open question
    #[arg(long, conflicts_with = "close", requires = "deadline")]
    extend: bool,
    /// Take the open question back
    #[arg(long)]
    close: bool,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = reason)]
    reason: Option<u16>,
}

/// Which question is answered, and how.
#[derive(clap::Args)]
#[command(
    before_help = "Examples:\n  symbolon answer CL-2026-0018834.symbolon --to CN --confirmed yes\n  symbolon answer CL-2026-0018834 --to CN --confirmed no --reason 3"
)]
pub struct AnswerArgs {
    #[command(flatten)]
    which: Which,
    /// The member that asked
    #[arg(long, value_name = "MEMBER")]
    to: String,
    /// Whether you confirm the certificate
    #[arg(long, value_name = "YES|NO", value_parser = ["yes", "no"])]
    confirmed: String,
    /// Your own code for the reason; what it means is not on the ledger
    #[arg(long, value_name = "CODE", value_parser = reason)]
    reason: Option<u16>,
    /// The key file that signs [default: the profile's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// Records a presentation.
///
/// # Errors
/// If the certificate is not found, or profile, key or node fail.
pub fn present(common: &Common, args: &Present) -> Outcome {
    let fact =
        Fact { date: date(args.date.as_deref())?, declaration: args.declaration.clone(), item: args.item, ..Fact::default_on(&args.on) };
    record(common, fact, |_| (OfficeVerb::Present, "presented"))
}

/// Records that the destination's service has received it.
///
/// # Errors
/// As [`present`].
pub fn acknowledge(common: &Common, args: &Acknowledge) -> Outcome {
    let fact = Fact { date: date(args.date.as_deref())?, ..Fact::default_on(&args.on) };
    record(common, fact, |_| (OfficeVerb::Acknowledge, "receipt acknowledged of"))
}

/// Records an acceptance, or that preference is granted.
///
/// # Errors
/// As [`present`].
pub fn accept(common: &Common, args: &Accept) -> Outcome {
    let rejects_others = !args.decision.lines.is_empty() && args.decision.reason.is_some();
    let fact =
        Fact { declaration: args.declaration.clone(), item: args.item, for_all: args.all_declarations, ..args.decision.fact(&args.on)? };
    record(common, fact, |kind| match (kind.rules().office_acts(), rejects_others) {
        (acts, _) if acts.contains(&OfficeVerb::GrantPreference) => (OfficeVerb::GrantPreference, "preference granted for"),
        (acts, true) if acts.contains(&OfficeVerb::AcceptPartially) => (OfficeVerb::AcceptPartially, "accepted in part"),
        _ => (OfficeVerb::Accept, "accepted"),
    })
}

/// Records a rejection, or that preference is denied.
///
/// # Errors
/// As [`present`].
pub fn reject(common: &Common, args: &Reject) -> Outcome {
    let fact = Fact { declaration: args.declaration.clone(), item: args.item, ..args.decision.fact(&args.on)? };
    record(common, fact, |kind| match kind.rules().office_acts() {
        acts if acts.contains(&OfficeVerb::DenyPreference) => (OfficeVerb::DenyPreference, "preference denied for"),
        _ => (OfficeVerb::Reject, "rejected"),
    })
}

/// Asks the issuer, extends the deadline or takes the question back.
///
/// # Errors
/// As [`present`].
pub fn ask(common: &Common, args: &Ask) -> Outcome {
    let deadline = args.deadline.as_deref().map(|text| date(Some(text))).transpose()?;
    let fact = Fact { deadline, reason: args.reason, ..Fact::default_on(&args.on) };
    let verb = match (args.close, args.extend) {
        (true, _) => (OfficeVerb::CloseQuestion, "question closed about"),
        (_, true) => (OfficeVerb::ExtendDeadline, "deadline extended of the question about"),
        _ => (OfficeVerb::Ask, "the issuer is asked to verify"),
    };
    record(common, fact, |_| verb)
}

/// What an office records.
struct Fact<'a> {
    on: &'a OnCertificate,
    date: CalendarDate,
    reason: Option<u16>,
    deadline: Option<CalendarDate>,
    declaration: Option<String>,
    item: Option<u32>,
    /// Whether it is for all declarations, also where one was presented.
    for_all: bool,
    lines: Option<Vec<u32>>,
}

impl<'a> Fact<'a> {
    fn default_on(on: &'a OnCertificate) -> Self {
        Self {
            on,
            date: crate::officer::own_clock().date(),
            reason: None,
            deadline: None,
            declaration: None,
            item: None,
            for_all: false,
            lines: None,
        }
    }
}

impl Decision {
    fn fact<'a>(&self, on: &'a OnCertificate) -> anyhow::Result<Fact<'a>> {
        let mut lines = self.lines.clone();
        lines.sort_unstable();
        lines.dedup();
        let lines = (!lines.is_empty()).then_some(lines);
        Ok(Fact { date: date(self.date.as_deref())?, reason: self.reason, lines, ..Fact::default_on(on) })
    }
}

fn record(common: &Common, fact: Fact<'_>, verb: impl Fn(RecordKind) -> (OfficeVerb, &'static str)) -> Outcome {
    let profile = common.open()?;
    let (signing, authority, member) = office(&profile, fact.on)?;
    let in_hand = InHand::open(&profile, &fact.on.file)?;
    let (record_key, kind) = (in_hand.found.key, in_hand.found.standing.kind);
    let (verb, what) = verb(kind);
    if !kind.rules().office_acts().contains(&verb) {
        let why = not_of_this_kind(kind, verb);
        return Ok(say(common, &profile, 0, Refusal::VerbNotOfThisKind.number(), &why, ""));
    }
    let has: Vec<u32> = in_hand.found.standing.lines.iter().map(|line| line.number).collect();
    if let Some(why) = fact.lines.as_deref().and_then(|wanted| not_its_lines(wanted, &has)) {
        return Ok(say(common, &profile, 0, Refusal::LinesNotOnCertificate.number(), &why, ""));
    }
    let deadline = if verb == OfficeVerb::Ask { deadline(&profile, &in_hand, &fact)? } else { fact.deadline };
    let declaration = fact.declaration.as_deref().map(reference).transpose()?;
    let declaration = declaration.map(|reference| Declared::of(&in_hand.file.seed, &reference, fact.item));
    let place = contracts::key::destination(&record_key, member);
    let known: Destination = entry(&profile, place)?.unwrap_or_default();
    let accepts = matches!(verb, OfficeVerb::Accept | OfficeVerb::AcceptPartially | OfficeVerb::GrantPreference);
    let declared = match declaration {
        None if accepts && !fact.for_all => presented_for(&known)?,
        given => given,
    };
    let act = OfficeAct {
        record_key,
        date: fact.date,
        reason: fact.reason,
        deadline,
        declaration: declared.map(|declared| declared.named),
        lines: fact.lines.clone(),
        follows: u32::try_from(known.as_slice().len()).unwrap_or(u32::MAX),
        opening: in_hand.opening(&profile, member)?,
        whole: declared.and_then(|declared| declared.whole),
    };
    let of_goods = goods_in_words(&fact, declared);
    let act = act.into_act(kind, verb);
    let counts = answers_that_count(&profile, &in_hand.found.standing, &known, Known::Now)?;
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    let lines = fact.lines.unwrap_or(has);
    let warning = accepts.then(|| not_confirmed(&known, &counts, &lines, declared, member)).flatten().unwrap_or_default();
    let for_others = if accepts { still_barred(&known, &counts, &lines, declared) } else { "" };
    // Which day that is, the ledger says; while other officials have to sign, none.
    let asks = matches!(verb, OfficeVerb::Ask | OfficeVerb::ExtendDeadline);
    let after: Destination = if asks { entry(&profile, place)?.unwrap_or_default() } else { known };
    let open = after.open_question(CalendarDate::LAST, Known::Now, &counts).filter(|_| asks).and_then(|open| open.deadline);
    let by = open.map_or_else(String::new, |deadline| format!(", with an answer due by {deadline}"));
    let standing = &in_hand.found.standing;
    let late = if verb == OfficeVerb::Present { late(standing, terms(&profile, standing)?.as_ref(), fact.date) } else { None };
    let warning = late.unwrap_or(warning);
    let name = escape_for_terminal(&in_hand.found.name);
    let done = format!("{what} {name}{of_goods} on {}{by}, by {authority}{warning}{for_others}", fact.date);
    if became.number == 0 && (accepts || matches!(verb, OfficeVerb::Present | OfficeVerb::Acknowledge)) {
        still::warn(&profile, &in_hand, member, declared);
    }
    told(common, &profile, &authority, &act, &became, &done)
}

/// Of which goods of the certificate an act speaks, in words; of all, none.
fn goods_in_words(fact: &Fact<'_>, declared: Option<Declared>) -> String {
    let lines = fact.lines.as_ref().map(|lines| {
        let numbers: Vec<String> = lines.iter().map(u32::to_string).collect();
        format!(", line{} {}", if lines.len() == 1 { "" } else { "s" }, numbers.join(", "))
    });
    let declared = match (&fact.declaration, fact.item) {
        (Some(reference), Some(item)) => format!(", goods item {item} of declaration {}", escape_for_terminal(reference)),
        (Some(reference), None) => format!(", declaration {}", escape_for_terminal(reference)),
        (None, _) if declared.is_some_and(|declared| declared.whole.is_some()) => ", the goods item that was presented".to_owned(),
        (None, _) if declared.is_some() => ", the declaration that was presented".to_owned(),
        (None, _) => String::new(),
    };
    lines.unwrap_or_default() + &declared
}

/// That what is presented is late, and what follows from that.
fn late(standing: &Standing, terms: Option<&AgreementTerms>, presented: CalendarDate) -> Option<String> {
    let rules = standing.kind.rules();
    let until = rules.last_day(standing, terms).filter(|until| *until < presented)?;
    let then = if rules.office_acts().contains(&OfficeVerb::GrantPreference) {
        "it counts for that declaration only once your office accepts it (symbolon accept FILE --declaration MRN)"
    } else {
        "it keeps nothing good"
    };
    Some(format!("; but its validity ended on {until}, so this presentation is late: {then}"))
}

/// For which declaration an acceptance counts that names none: for the one that was presented. Otherwise it would open the
/// certificate, whose time may be over, for every other declaration as well.
fn presented_for(known: &Destination) -> anyhow::Result<Option<Declared>> {
    let presentations: Vec<_> = known.as_slice().iter().filter(|act| act.verb == OfficeVerb::Present).collect();
    // What was presented whole speaks for those of its goods items that were presented before.
    let is_for_more = |act: &&DestinationAct| {
        let others = presentations.iter().filter(|other| other.declaration != act.declaration);
        others.filter(|other| other.covers(act.declared())).count() == 0
    };
    let declared: Vec<Option<Declared>> = presentations.iter().copied().filter(is_for_more).map(DestinationAct::declared).collect();
    ensure!(
        declared.len() < 2,
        "{} declarations, or goods items of these, were presented with it; say which one is accepted: add --declaration MRN, or --item N as well",
        declared.len()
    );
    Ok(declared.into_iter().next().flatten())
}

/// That the issuer did not confirm what is accepted.
fn not_confirmed(
    known: &Destination,
    counts: &impl Fn(&DestinationAct) -> bool,
    lines: &[u32],
    declared: Option<Declared>,
    member: MemberId,
) -> Option<String> {
    let unconfirmed = |number: &u32| known.about_line(*number, declared, CalendarDate::LAST, Known::Now, counts).unconfirmed;
    let lines = if lines.is_empty() { &[0] } else { lines };
    let answer = lines.iter().find_map(unconfirmed)?;
    let reason = answer.reason.map_or_else(String::new, |reason| format!(", reason {reason}"));
    Some(format!(
        "; but {} did not confirm it to {member} on {}{reason}: your decision counts for {member}, and the answer stays visible to everybody",
        answer.by,
        answer.counts_from()
    ))
}

/// That what is accepted for one declaration, or one goods item, stays rejected, or unconfirmed, for all others.
fn still_barred(known: &Destination, counts: &impl Fn(&DestinationAct) -> bool, lines: &[u32], declared: Option<Declared>) -> &'static str {
    let lines = if lines.is_empty() { &[0] } else { lines };
    let is_barred = |declared: Option<Declared>| {
        lines.iter().any(|number| known.about_line(*number, declared, CalendarDate::LAST, Known::Now, counts).bar().is_some())
    };
    let Some(declared) = declared else { return "" };
    let whole = declared.whole.map(|whole| Declared { named: whole, whole: None });
    match (is_barred(None), whole) {
        (true, None) => {
            "; for the goods of that declaration only: for all others it stays rejected, or not confirmed (symbolon accept FILE --all-declarations)"
        }
        (true, Some(_)) => {
            "; for that goods item only: for all others it stays rejected, or not confirmed (symbolon accept FILE --all-declarations)"
        }
        (false, Some(whole)) if is_barred(Some(whole)) => {
            "; for that goods item only: for the others of its declaration it stays rejected (symbolon accept FILE --declaration MRN)"
        }
        _ => "",
    }
}

/// Which acts an office has on such certificates, for whom asks for another.
fn not_of_this_kind(kind: RecordKind, verb: OfficeVerb) -> String {
    let acts: Vec<&str> = kind.rules().office_acts().iter().filter(|act| **act != OfficeVerb::Answer).map(|act| act.as_str()).collect();
    let acts = if acts.is_empty() { "none".to_owned() } else { acts.join(", ") };
    format!("there is no act '{verb}' on {}; those of an office are: {acts}", kind.plural())
}

/// Which lines there are, for whom names another.
fn not_its_lines(wanted: &[u32], has: &[u32]) -> Option<String> {
    let wrong = wanted.iter().find(|number| !has.contains(number))?;
    let has = match has {
        [] => "no lines of goods: leave --lines out".to_owned(),
        [only] => format!("line {only} only"),
        several => format!("the lines {}: name of these", several.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
    };
    Some(format!("there is no line {wrong}; the certificate has {has}"))
}

/// The terms that the issuing party applied to a certificate on its date of issue, if its agreement is on the ledger.
fn terms(profile: &Profile, standing: &Standing) -> anyhow::Result<Option<AgreementTerms>> {
    let id = AgreementId::of_class(standing.class.as_deref()).filter(|_| standing.kind.rules().is_under_agreement());
    let Some(id) = id else { return Ok(None) };
    let (place, member) = (contracts::key::agreement(&id), contracts::key::member(standing.authority.member()));
    let known = entries(profile, vec![place, member])?;
    let (agreement, member): (Option<Agreement>, Option<Member>) = (known.read(&place)?, known.read(&member)?);
    Ok(agreement.and_then(|agreement| agreement.adopted_for(standing.country, member.as_ref(), standing.issue_date, Known::Now).cloned()))
}

/// The deadline that a question names. Where the agreement gives the issuer a time, the ledger counts it from the recording.
fn deadline(profile: &Profile, in_hand: &InHand, fact: &Fact<'_>) -> anyhow::Result<Option<CalendarDate>> {
    let standing = &in_hand.found.standing;
    let id = AgreementId::of_class(standing.class.as_deref());
    let reply = terms(profile, standing)?.and_then(|terms| terms.reply);
    match (fact.deadline, reply) {
        (Some(given), Some(reply)) => bail!(
            "--deadline {given}: {} gives the issuer {reply} for its reply, counted from the recording of the question; leave --deadline out, and extend it later where that is fair",
            id.map_or_else(String::new, |id| id.to_string())
        ),
        (None, None) => bail!("by when is the issuer to answer? the certificate's agreement does not say: add --deadline DATE"),
        (given, _) => Ok(given),
    }
}

/// Answers a question.
///
/// # Errors
/// If the certificate or the question is not found, or profile, key or node fail.
pub fn answer(common: &Common, args: &AnswerArgs) -> Outcome {
    let profile = common.open()?;
    let (signing, authority) = Signing::of_authority(&profile, args.key.as_deref())?;
    let asked_by = MemberId::parse(&args.to).context("--to")?;
    let found = find(&profile, &args.which, Some(&authority))?;
    let known: Destination = entry(&profile, contracts::key::destination(&found.key, asked_by))?.unwrap_or_default();
    let confirmed = args.confirmed == "yes";
    let its_question = || -> anyhow::Result<()> {
        let counts = answers_that_count(&profile, &found.standing, &known, Known::Now)?;
        let open = known.open_question(CalendarDate::LAST, Known::Now, counts);
        // A confirmation is taken back without being asked again.
        let last = known.last_answer(CalendarDate::LAST, Known::Now, |_| true);
        let takes_back = !confirmed && last.is_some_and(DestinationAct::is_confirmation);
        ensure(
            open.is_some() || takes_back,
            format!(
                "{asked_by} has no open question about {}; where the last answer was a mistake, {asked_by} asks again (ask), and that is answered",
                escape_for_terminal(&found.name)
            ),
        )
    };
    its_question()?;
    let date = crate::officer::own_clock().date();
    let answer = Answer { record_key: found.key, asked_by, confirmed, date, reason: args.reason };
    let act = answer.into_act(found.standing.kind, OfficeVerb::Answer);
    let became = submit_confirmed(&profile, &signing, act.clone())?;
    let what = if confirmed { "confirmed" } else { "not confirmed" };
    let done = format!("{} is {what} to {asked_by}", escape_for_terminal(&found.name));
    told(common, &profile, &authority, &act, &became, &done)
}

fn ensure(condition: bool, why: String) -> anyhow::Result<()> {
    ensure!(condition, "{why}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::context::Recorded;
    use ledger::commitment::Seed;
    use ledger::id::{AuthorityId, KeyNumber};
    use ledger::time::{Height, Timestamp};

    #[test]
    fn an_act_that_a_kind_lacks_is_answered_with_those_it_has() {
        let said = not_of_this_kind(RecordKind::CertificateOfOrigin, OfficeVerb::Acknowledge);
        assert!(said.starts_with("there is no act 'acknowledge' on certificates of origin; those of an office are: present, "), "{said}");
        assert!(not_of_this_kind(RecordKind::AeoStatus, OfficeVerb::Present).ends_with("are: none"));
    }

    /// What an office recorded for a declaration.
    fn act(verb: OfficeVerb, declared: Option<Declared>) -> DestinationAct {
        let recorded = Recorded { height: Height::new(1), time: Timestamp::from_millis(1_800_000_000_000) };
        DestinationAct {
            verb,
            by: AuthorityId::parse("CN-customs").unwrap(),
            key: KeyNumber::new(1),
            date: recorded.time.date(),
            recorded,
            reason: None,
            deadline: None,
            declaration: declared.map(|declared| declared.named),
            confirmed: None,
            lines: None,
            signed_before: None,
            whole: declared.and_then(|declared| declared.whole),
        }
    }

    #[test]
    fn an_acceptance_without_a_declaration_is_for_what_was_presented() {
        let of = |item: Option<u32>| Some(Declared::of(&Seed::new([7; 16]), "26CN0001", item));
        let presented = |all: &[Option<Declared>]| {
            let known = all.iter().fold(Destination::default(), |known, one| known.with(act(OfficeVerb::Present, *one)));
            presented_for(&known).map_err(|error| error.to_string())
        };
        assert_eq!(presented(&[]), Ok(None));
        assert_eq!(presented(&[of(Some(2))]), Ok(of(Some(2))));
        assert_eq!(presented(&[of(Some(1)), of(Some(2)), of(None)]), Ok(of(None)));
        assert_eq!(presented(&[of(Some(1)), None]), Ok(None));
        assert!(presented(&[of(Some(1)), of(Some(2))]).is_err_and(|said| said.starts_with("2 declarations, or goods items")));
    }

    #[test]
    fn whoever_accepts_a_goods_item_is_told_what_stays_rejected() {
        let of = |item: Option<u32>| Some(Declared::of(&Seed::new([7; 16]), "26CN0001", item));
        let said = |refused: Option<Declared>, accepted: Option<Declared>| {
            still_barred(&Destination::default().with(act(OfficeVerb::DenyPreference, refused)), &|_: &DestinationAct| true, &[1], accepted)
        };
        assert!(said(of(None), of(Some(1))).starts_with("; for that goods item only: for the others of its declaration"));
        assert!(said(None, of(Some(1))).starts_with("; for that goods item only: for all others"));
        assert!(said(None, of(None)).starts_with("; for the goods of that declaration only"));
        assert_eq!([said(None, None), said(of(None), of(None)), said(of(Some(1)), of(Some(2)))], [""; 3]);
    }

    #[test]
    fn whoever_names_a_line_that_is_not_there_is_told_which_are() {
        let said = |wanted: &[u32], has: &[u32]| not_its_lines(wanted, has).unwrap_or_default();
        assert_eq!(said(&[1, 4], &[1, 2]), "there is no line 4; the certificate has the lines 1, 2: name of these");
        assert_eq!(said(&[2], &[1]), "there is no line 2; the certificate has line 1 only");
        assert_eq!(said(&[1], &[]), "there is no line 1; the certificate has no lines of goods: leave --lines out");
        assert_eq!(said(&[1, 2], &[1, 2]), "");
    }
}
