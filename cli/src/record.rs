//! Finding the one record that an issuer or a reader means: by certificate file, document or number.

use crate::certificate_file::CertificateFile;
use crate::commands::issue::{identity, where_records_lie};
use crate::commands::verify::asked;
use crate::input::{self, Given};
use crate::officer::{self, NothingStands, ask_own};
use crate::profile::Profile;
use anyhow::{Context as _, bail, ensure};
use contracts::document::{Document, escape_for_terminal};
use contracts::kinds::RecordKind;
use contracts::standing::Standing;
use contracts::verdict::{Facts, Question, Subject};
use ledger::codec::Canonical as _;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, CertificateNumber};
use ledger::lookup::RecordKey;
use ledger::place::CountryCode;
use ledger::receipt::Receipt;
use ledger::time::Height;

/// How a record is named on the command line.
#[derive(clap::Args)]
pub struct Which {
    /// A certificate file, a document, or a certificate number
    pub what: String,
    /// The issuing country of a number [default: your own member's]
    #[arg(long, value_name = "XX")]
    pub from: Option<String>,
    #[arg(long, value_name = "KIND", help = format!("Only this kind of a number: {}", RecordKind::words()))]
    pub kind: Option<String>,
    /// Only this agreement, document type or programme of a number
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
}

/// A record that was found, with its proven standing.
pub struct Found {
    /// Where it lies.
    pub key: RecordKey,
    /// Its standing.
    pub standing: Standing,
    /// For people: its number, where known.
    pub name: String,
}

/// What a certificate file without a receipt may mean.
const NOT_YET: &str =
    "its issue was begun and is not recorded, or not yet: issue the same document again into the same folder, which goes on with this file";

/// Finds a record. `authority` is that of the asker, if it asks for its own record.
///
/// # Errors
/// If there is none or several, or no node's answer checks.
pub fn find(profile: &Profile, which: &Which, authority: Option<&AuthorityId>) -> anyhow::Result<Found> {
    let kind = which.kind.as_deref().map(crate::commands::verify::kind).transpose()?;
    let given = input::find(&which.what)?;
    let stated = [("--from", which.from.is_some()), ("--kind", kind.is_some()), ("--class", which.class.is_some())];
    given.states_itself(&which.what, &stated)?;
    match given {
        Given::Certificate(file) => {
            ensure!(
                file.network == profile.founding.network_id(),
                "{}: the certificate is of network {}, the profile of {}",
                which.what,
                file.network,
                profile.founding.network_id()
            );
            let document = contracts::document::read_document(&file.original).ok();
            let place = contracts::key::standing(&file.record_key);
            let entries = crate::registry::entries(profile, vec![place])?;
            let standing: Option<Standing> = entries.read(&place)?;
            if standing.is_none() {
                not_behind(profile, &which.what, &file, entries.height)?;
            }
            let standing = standing.with_context(|| {
                let remedy =
                    if file.receipt.is_some() { "the file was changed, or is of another network; give the number" } else { NOT_YET };
                format!("{}: nothing is recorded under its record key; {remedy}", escape_for_terminal(&which.what))
            })?;
            ensure!(
                is_of(&standing, document.as_ref(), sha256(&file.original)),
                "{}: the file was changed: what is recorded under its record key is not of the document in it; give the number",
                which.what
            );
            let name = document.map_or_else(|| which.what.clone(), |document| document.number.to_string());
            Ok(Found { key: file.record_key, standing, name })
        }
        Given::Document(document, bytes) => by_document(profile, &document, sha256(&bytes), authority),
        Given::Number(number) => {
            let country = match &which.from {
                Some(country) => CountryCode::parse(country).context("--from")?,
                None => own_country(profile)?,
            };
            by_number(profile, country, &number, kind, which.class.clone(), authority)
        }
    }
}

/// The own member's country, where it covers one only.
fn own_country(profile: &Profile) -> anyhow::Result<CountryCode> {
    let own = profile.member().context("the number's issuing country is not said: add --from XX")?;
    let countries = profile.founding.member(own).map(|member| member.countries.as_slice()).unwrap_or_default();
    match countries {
        [only] => Ok(*only),
        several => bail!("{own} covers several countries; say which one issued the number: --from {}", one_of(several)),
    }
}

/// Countries to choose from, as they are typed.
pub fn one_of(countries: &[CountryCode]) -> String {
    countries.iter().map(CountryCode::as_str).collect::<Vec<_>>().join("|")
}

/// That a node which has nothing at a file's record key is not behind the file's own receipt.
///
/// # Errors
/// If it is.
fn not_behind(profile: &Profile, what: &str, file: &CertificateFile, height: Height) -> anyhow::Result<()> {
    let receipt = file.receipt.as_ref().and_then(|receipt| Receipt::from_bytes(receipt).ok());
    let proven = receipt.and_then(|receipt| receipt.verify(&profile.trust().ok()?, &mut rand::rng()).ok());
    match proven.map(|proven| proven.header().height).filter(|shown| *shown > height) {
        None => Ok(()),
        Some(shown) => {
            let why = format!("the node is at block {height}, and the file's own receipt is of block {shown}");
            let remedy = "wait until the node has caught up, or ask another one";
            Err(NothingStands::because(format!("{}: {why}; {remedy}", escape_for_terminal(what))).into())
        }
    }
}

fn standing(profile: &Profile, record: RecordKey) -> anyhow::Result<Option<Standing>> {
    crate::registry::entry(profile, contracts::key::standing(&record))
}

/// Whether a standing is that of a document: whoever changes a standing shall not be led to another one.
fn is_of(standing: &Standing, document: Option<&Document>, digest: Hash) -> bool {
    // A draft may be dated otherwise than what was issued in its place.
    let fits_draft = |document: &Document| {
        standing.kind == document.kind && standing.class == document.class && standing.country == document.issuing_country
    };
    let fits = |document: &Document| fits_draft(document) && standing.issue_date == document.issue_date.date;
    (standing.document_digest == digest && document.is_none_or(fits)) || (standing.was_draft(&digest) && document.is_none_or(fits_draft))
}

fn by_document(profile: &Profile, document: &Document, digest: Hash, authority: Option<&AuthorityId>) -> anyhow::Result<Found> {
    let kind = document.kind;
    if let Some(authority) = authority {
        // One's own record: its member's node knows where it lies, whoever may look it up by number.
        let identity = identity(kind, document.issuing_country, authority, document.class.clone(), &document.number, &[]);
        let places = where_records_lie(&profile.node()?, vec![identity])?;
        let key = places.into_iter().next().context("the node named no record key")?.record_key;
        if let Some(standing) = standing(profile, key)? {
            ensure!(
                is_of(&standing, Some(document), digest),
                "what is recorded where your node says that {} lies is not of this document, whose SHA-256 is {digest}; give the number",
                document.number
            );
            return Ok(Found { key, standing, name: document.number.to_string() });
        }
        bail!("{} is not recorded; issue it first", document.number);
    }
    by_number(profile, document.issuing_country, &document.number, Some(kind), document.class.clone(), None)
}

/// Finds the one record with a number of a country.
///
/// # Errors
/// If there is none or several, or no node's answer checks.
pub fn by_number(
    profile: &Profile,
    country: CountryCode,
    number: &CertificateNumber,
    kind: Option<RecordKind>,
    class: Option<String>,
    authority: Option<&AuthorityId>,
) -> anyhow::Result<Found> {
    let issuer = profile.founding.member_for(country).with_context(|| format!("no member of this network covers {country}"))?.id;
    let about = Subject::Number { issuer, country, locator: officer::locator(profile, issuer, number)? };
    let mut question = Question::on(officer::own_clock().date());
    (question.kind, question.class, question.authority) = (kind, class, authority.cloned());
    let checked = ask_own(profile, &asked(&about, &question, false), |proven| {
        Facts::from_proven(proven, &about, &question).map_err(|gap| gap.to_string())
    })?;
    let mut fitting: Vec<_> = checked.facts.fitting(&question).cloned().collect();
    let several: Vec<String> = fitting
        .iter()
        .map(|record| {
            format!("{} {} by {}", record.standing.kind, record.standing.class.as_deref().unwrap_or("-"), record.standing.authority)
        })
        .collect();
    match (fitting.pop(), fitting.is_empty()) {
        (None, _) if authority.is_some() => {
            let others = checked
                .facts
                .records
                .iter()
                .map(|record| &record.standing)
                .filter(|standing| question.kind.is_none_or(|kind| kind == standing.kind));
            let whose: Vec<&str> = others.map(|standing| standing.authority.as_str()).collect();
            let own = authority.map_or("", AuthorityId::as_str);
            ensure!(
                whose.is_empty(),
                "{number} of {country} is a record of {}, and the key that signs is one of {own}; sign with a key of its own authority",
                whose.join(", ")
            );
            bail!("nothing is recorded under {number} of {country} by {own}")
        }
        (None, _) => bail!("nothing is recorded under {number} of {country} that your administration may look up"),
        (Some(_), false) => bail!(
            "several records have this number ({}); add --kind and --class, or give the certificate file: two authorities may have given the same number",
            several.join("; ")
        ),
        (Some(record), true) => Ok(Found { key: record.key, standing: record.standing, name: number.to_string() }),
    }
}
