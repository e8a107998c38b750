//! What a certificate draws from those beneath it: their files open the amounts of their lines, so that the quantity of
//! a back-to-back certificate stays within its originals, and comes out of their one pool.

use super::place::Recorded;
use super::{Item, file_name};
use crate::certificate_file::CertificateFile;
use crate::input::{self, Given};
use crate::officer;
use crate::output::shown;
use crate::profile::Profile;
use crate::record::{Found, Which, find};
use crate::registry::{entries, entry};
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{AmountScale, Draw, commitment_of, unit_token};
use contracts::destination::{Dossier, Use, UseName};
use contracts::document::{Document, Line, Link, MediaType, Quantity, escape_for_terminal, read_document};
use contracts::key;
use contracts::refusal::Refusal;
use contracts::standing::{self, Standing};
use contracts::verdict::BENEATH_MAX;
use ledger::commitment::Seed;
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::lookup::{LocatorOpening, RecordKey};
use ledger::place::CountryCode;
use std::path::{Path, PathBuf};

/// A certificate beneath, with its file.
pub struct Base {
    /// The file, for messages.
    path: PathBuf,
    /// What opens its lines.
    file: Box<CertificateFile>,
    /// Its document.
    document: Document,
    /// Its proven record.
    found: Found,
}

impl Base {
    /// Opens the files of `--base`.
    ///
    /// # Errors
    /// If one is no certificate file, or not the one that was recorded, or given twice.
    pub fn open_all(profile: &Profile, paths: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        let mut all: Vec<Self> = Vec::with_capacity(paths.len());
        for path in paths {
            let base = Self::open(profile, path).with_context(|| format!("--base {}", shown(path)))?;
            let twice = all.iter().any(|other| other.found.key == base.found.key);
            ensure!(!twice, "--base {}: {} is given twice; give each original once", shown(path), base.found.name);
            all.push(base);
        }
        Ok(all)
    }

    fn open(profile: &Profile, path: &Path) -> anyhow::Result<Self> {
        let what = path.to_string_lossy().into_owned();
        let Given::Certificate(file) = input::find(&what)? else { bail!("give the base's certificate file, NUMBER.symbolon") };
        let document = read_document(&file.original)?;
        let found = find(profile, &Which { what, from: None, kind: None, class: None }, None)?;
        ensure!(
            commitment_of(&document, &file.seed) == found.standing.commitment_root,
            "its seed opens none of the recorded fields; ask for the file with which {} was recorded",
            found.name
        );
        Ok(Self { path: path.to_owned(), file, document, found })
    }

    /// Where its record lies.
    pub fn record(&self) -> RecordKey {
        self.found.key
    }

    /// Its standing.
    pub fn standing(&self) -> &Standing {
        &self.found.standing
    }

    /// Whether a link means this one.
    pub fn is(&self, link: &Link) -> bool {
        link.number == self.document.number && link.issuing_country.is_none_or(|country| country == self.document.issuing_country)
    }

    /// An amount that is drawn from one of its lines, in the line's own unit.
    pub fn opened(&self, line: u32, amount: u64) -> Option<Quantity> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let quantity = self.document.lines.get(index)?.quantity.as_ref()?;
        AmountScale::of(quantity, &self.file.seed).from_ledger(amount, quantity.unit.as_deref())
    }

    /// That nothing is drawn anew from it.
    pub fn goes_on(&self) -> String {
        let number = escape_for_terminal(self.document.number.as_str());
        format!("it goes on with what the one that it replaces drew from {number}: nothing is drawn from that again")
    }

    fn is_beneath(&self, document: &Document) -> bool {
        document.bases.iter().any(|link| self.is(link))
    }
}

/// That each base is one of some document's: a file that nothing rests on was meant for another document.
///
/// # Errors
/// The first that is not.
pub fn are_named<'a>(bases: &[Base], documents: impl Iterator<Item = &'a Document> + Clone) -> anyhow::Result<()> {
    for base in bases {
        ensure!(
            documents.clone().any(|document| base.is_beneath(document)),
            "--base {}: no document names {} as what it rests on; correct the document, or leave the file out",
            shown(&base.path),
            escape_for_terminal(base.document.number.as_str())
        );
    }
    Ok(())
}

/// That something is drawn where a base on this ledger certifies amounts, but for those in `before`, from which the
/// certificate that it replaces drew.
///
/// # Errors
/// If nothing is: the first from which it could be.
pub fn are_drawn_from(beneath: &[(&Link, Option<Recorded>)], before: &[standing::Link], draws: &[Draw]) -> anyhow::Result<()> {
    let to_draw = beneath.iter().filter_map(|(link, found)| Some((link, found.as_ref()?))).find(|(_, (record, standing))| {
        standing.lines.iter().any(|line| line.certified.is_some()) && !before.contains(&standing::Link::Record(*record))
    });
    let Some((link, (_, standing))) = to_draw.filter(|_| draws.is_empty()) else { return Ok(()) };
    let number = escape_for_terminal(link.number.as_str());
    bail!(
        "{number}, on which it rests, is recorded here and certifies amounts: add --base {}.symbolon, its certificate file, so that its quantity is drawn; the file travels with the goods, and whoever presents {number} or {} has it",
        file_name(&link.number),
        standing.authority
    );
}

/// That a certificate that goes on with another's goods rests on none of its own country.
///
/// # Errors
/// The first that is.
pub fn are_of_others(item: &Item) -> anyhow::Result<()> {
    let own = |link: &&Link| link.issuing_country == Some(item.document.issuing_country);
    match item.document.bases.iter().find(own) {
        None => Ok(()),
        Some(link) => bail!(
            "{} on which it rests is of {} as well: it goes on with the goods of another country's certificate (refusal {}); a certificate of one's own is replaced",
            escape_for_terminal(link.number.as_str()),
            item.document.issuing_country,
            Refusal::BaseOfOwnParty.number()
        ),
    }
}

/// That it outlives no base that is not on this ledger, as far as the document dates that one and the agreement says how long
/// it is valid. Source: DOMAIN section 3.3.
///
/// # Errors
/// The first that it outlives.
pub fn outlives_none_elsewhere(profile: &Profile, item: &Item, beneath: &[(&Link, Option<Recorded>)]) -> anyhow::Result<()> {
    let elsewhere: Vec<_> =
        beneath.iter().filter(|(_, found)| found.is_none()).filter_map(|(link, _)| Some((link, link.issue_date.as_ref()?.date))).collect();
    if elsewhere.is_empty() {
        return Ok(());
    }
    let Some(span) = super::why::terms_of(profile, item)?.and_then(|terms| terms.validity) else { return Ok(()) };
    let until = item.document.valid_until.as_ref().map_or_else(|| span.after(item.document.issue_date.date), |until| until.date);
    for (link, dated) in elsewhere {
        let last = span.after(dated);
        ensure!(
            until <= last,
            "it would be valid until {until}, and {} on which it rests, of {dated}, for {span}, until {last}; write valid_until {last} or an earlier day",
            escape_for_terminal(link.number.as_str())
        );
    }
    Ok(())
}

/// The certificates that give back what they drew when one is replaced without sharing its pool: it, and those with whose pool
/// it goes on. Of more than are followed the ledger gives back as well, and this program does not count it.
///
/// # Errors
/// If no node's answer checks.
pub fn giving_back(profile: &Profile, replaced: &Recorded) -> anyhow::Result<Vec<RecordKey>> {
    let mut all = vec![replaced.0];
    let mut last = replaced.1.clone();
    while let (Some(_), Some(standing::Link::Record(before)), true) = (last.pool, last.predecessor, all.len() < BENEATH_MAX) {
        let Some(standing) = entry::<Standing>(profile, key::standing(&before))? else { break };
        all.push(before);
        last = standing;
    }
    Ok(all)
}

/// That it is dated before none of those beneath it: those on this ledger by their records, the others as the document dates them.
///
/// # Errors
/// The first that is dated later.
pub fn are_not_dated_later(item: &Item, beneath: &[(&Link, Option<Recorded>)]) -> anyhow::Result<()> {
    let own = item.document.issue_date.date;
    for (link, found) in beneath {
        let dated = found.as_ref().map(|(_, standing)| standing.issue_date).or(link.issue_date.as_ref().map(|date| date.date));
        if let Some(dated) = dated.filter(|dated| *dated > own) {
            bail!(
                "it is dated {own}, and {} on which it rests {dated}: nothing is dated before what it rests on (refusal {}); correct one of the two dates, or on which it rests",
                escape_for_terminal(link.number.as_str()),
                Refusal::DatedBeforeBase.number()
            );
        }
    }
    Ok(())
}

/// What a document draws from its bases among these, and what is odd about that; `None` if there is none from which it draws. What is `replaced` gives back
/// what it had drawn; with the draws from `before`, the bases of the one whose pool it shares, it goes on.
///
/// # Errors
/// If it outlives one, or if there is not as much of its goods.
pub fn draws(
    profile: &Profile,
    bases: &[Base],
    item: &Item,
    replaced: &[RecordKey],
    before: &[standing::Link],
    member: MemberId,
) -> anyhow::Result<Option<(Vec<Draw>, Vec<String>)>> {
    let is_drawn = |base: &&Base| !before.contains(&standing::Link::Record(base.record()));
    let beneath: Vec<&Base> = bases.iter().filter(|base| base.is_beneath(&item.document)).filter(is_drawn).collect();
    if beneath.is_empty() {
        return Ok(None);
    }
    let mut sources = Vec::new();
    for base in beneath {
        outlives_not(&item.document, base)?;
        let opening = officer::opening(profile, base.found.standing.authority.member(), member, &base.document.number)?;
        let own: Vec<RecordKey> = core::iter::once(item.record()).chain(replaced.iter().copied()).collect();
        sources.extend(sources_of(profile, base, opening, &own, member)?);
    }
    let draws = drawn(&item.document, &mut sources)?;
    Ok(Some((draws, sources.iter().flat_map(|source| source.doubts(&item.document)).collect())))
}

/// Source: DOMAIN section 3.3.
fn outlives_not(document: &Document, base: &Base) -> anyhow::Result<()> {
    if let (Some(until), Some(last)) = (&document.valid_until, base.found.standing.valid_until) {
        ensure!(
            until.date <= last,
            "it would be valid until {}, and {} on which it rests until {last}; write {last} or an earlier day",
            until.date,
            escape_for_terminal(&base.found.name)
        );
    }
    Ok(())
}

/// One line of a base.
struct Source<'a> {
    base: RecordKey,
    /// What shows that the base was made known to the drawing authority's member.
    opening: Option<LocatorOpening>,
    name: String,
    seed: &'a Seed,
    number: u32,
    written: &'a Line,
    /// What is left of it, times its factor; `None` if it certifies no amount.
    left: Option<u64>,
    /// What is drawn now.
    drawn: u64,
    /// For which lines of the document.
    drawn_for: Vec<u32>,
}

impl Source<'_> {
    fn scale(&self) -> Option<AmountScale> {
        self.written.quantity.as_ref().map(|quantity| AmountScale::of(quantity, self.seed))
    }

    fn unit(&self) -> Option<&str> {
        self.written.quantity.as_ref()?.unit.as_deref()
    }

    /// Whether a line is of the same goods.
    fn is_of(&self, line: &Line) -> bool {
        self.is_like(line) && self.other_edition(line).is_none()
    }

    /// Whether a line has the same code and unit, in whatever edition: the base's code may be the shorter one.
    fn is_like(&self, line: &Line) -> bool {
        let codes = match (&self.written.code, &line.code) {
            (None, _) => true,
            (Some(certified), Some(written)) => written.code.starts_with(&certified.code),
            (Some(_), None) => false,
        };
        let unit = line.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
        codes && (self.written.quantity.is_none() || self.unit() == unit)
    }

    /// Whether a line says nothing else of the origin of its goods.
    fn has_origin_of(&self, line: &Line) -> bool {
        let is_same = |one: &Line, other: &Line| one.origin_countries.iter().all(|country| other.origin_countries.contains(country));
        let is_silent = self.written.origin_countries.is_empty() || line.origin_countries.is_empty();
        let criteria = self.written.criterion.as_ref().zip(line.criterion.as_ref());
        (is_silent || is_same(self.written, line) && is_same(line, self.written)) && criteria.is_none_or(|(one, other)| one == other)
    }

    /// That lines drawn from it say another origin.
    fn doubts(&self, document: &Document) -> Vec<String> {
        let lines = (1_u32..).zip(&document.lines).filter(|(number, line)| self.drawn_for.contains(number) && !self.has_origin_of(line));
        let said = lines.map(|(number, line)| {
            format!(
                "line {number} says {}, and {} line {}, from which it is drawn, {}: goods keep the origin of their original",
                origin(line),
                self.name,
                self.number,
                origin(self.written)
            )
        });
        said.collect()
    }

    /// The base's edition of the nomenclature, if it is not the line's: the same digits may then mean other goods.
    fn other_edition(&self, line: &Line) -> Option<&str> {
        let (certified, written) = (self.written.code.as_ref()?.edition.as_deref()?, line.code.as_ref()?.edition.as_deref()?);
        (certified != written).then_some(certified)
    }

    fn goods(&self) -> String {
        format!("{} line {} is {}", self.name, self.number, goods(self.written))
    }

    /// What was left before anything was drawn now.
    fn rest(&self) -> String {
        let left = self.left.map(|left| left.saturating_add(self.drawn));
        let left = left.and_then(|left| self.scale()?.from_ledger(left, self.unit())).map_or_else(String::new, |left| left.to_string());
        let certified = self.written.quantity.as_ref().map_or_else(String::new, ToString::to_string);
        format!("{} line {}: {left} left of {certified}", self.name, self.number)
    }
}

/// The lines of a base with what is left of each. What this very certificate drew before, in an attempt whose answer
/// nobody saw, is its own, as is what the one that it replaces gives back.
fn sources_of<'a>(
    profile: &Profile,
    base: &'a Base,
    opening: Option<LocatorOpening>,
    own: &[RecordKey],
    member: MemberId,
) -> anyhow::Result<Vec<Source<'a>>> {
    let standing = &base.found.standing;
    let pool = standing.pool.unwrap_or(base.found.key);
    let names: Vec<UseName> = own.iter().map(|record| UseName { member, declaration: Hash::new(*record.as_bytes()) }).collect();
    let dossier = key::dossier(&pool);
    let uses_of = |line: u32| names.iter().map(move |name| key::use_of(&pool, line, name));
    let known = entries(profile, core::iter::once(dossier).chain(standing.lines.iter().flat_map(|line| uses_of(line.number))).collect())?;
    let dossier: Dossier = known.read(&dossier)?.unwrap_or_default();
    let mut sources = Vec::new();
    for line in &standing.lines {
        let mut taken = dossier.line(line.number).taken();
        for place in uses_of(line.number) {
            taken = taken.saturating_sub(known.read::<Use>(&place)?.map_or(0, |own| own.consumed));
        }
        let index = usize::try_from(line.number).ok().and_then(|number| number.checked_sub(1));
        sources.push(Source {
            base: base.found.key,
            opening,
            name: escape_for_terminal(&base.found.name).into_owned(),
            seed: &base.file.seed,
            number: line.number,
            written: index.and_then(|index| base.document.lines.get(index)).context("the document has not the lines of the record")?,
            left: line.certified.map(|certified| certified.saturating_sub(taken)),
            drawn: 0,
            drawn_for: Vec::new(),
        });
    }
    Ok(sources)
}

/// Draws each line's quantity from the bases' lines of the same goods, in their order.
fn drawn(document: &Document, sources: &mut [Source<'_>]) -> anyhow::Result<Vec<Draw>> {
    for (number, line) in (1_u32..).zip(&document.lines).filter(|(_, line)| !line.is_total) {
        draw(number, line, sources, document.media_type)?;
    }
    let draw = |source: &Source<'_>| Draw {
        base: source.base,
        line: source.number,
        amount: source.drawn,
        code: source.written.code.as_ref().map(|code| source.seed.token(source.number, "code", &code.code)),
        unit: source.unit().map(|unit| unit_token(source.seed, source.number, unit)),
        opening: source.opening,
    };
    let mut draws: Vec<Draw> = sources.iter().filter(|source| source.drawn > 0).map(draw).collect();
    draws.sort_by_key(|draw| (draw.base, draw.line));
    Ok(draws)
}

fn draw(number: u32, line: &Line, sources: &mut [Source<'_>], media_type: MediaType) -> anyhow::Result<()> {
    let quantity =
        line.quantity.as_ref().with_context(|| format!("line {number} has no quantity, and so nothing is drawn for it; add it"))?;
    let mut asked = Some(quantity.clone());
    // Those of the line's own origin come first.
    let mut fitting: Vec<&mut Source<'_>> = sources.iter_mut().filter(|source| source.is_of(line)).collect();
    fitting.sort_by_key(|source| !source.has_origin_of(line));
    for source in fitting {
        let Some(rest) = &asked else { break };
        let Some((left, scale)) = source.left.zip(source.scale()) else {
            // Of a line without an amount uses are counted, and not limited.
            source.drawn = 1;
            source.drawn_for.push(number);
            asked = None;
            break;
        };
        let wanted = scale.to_ledger(rest).with_context(|| {
            format!("line {number}: {rest} has more decimals than {} line {}, which has {}", source.name, source.number, scale.decimals())
        })?;
        let taken = wanted.min(left);
        source.drawn_for.extend((taken > 0).then_some(number));
        (source.drawn, source.left) = (source.drawn.saturating_add(taken), Some(left.saturating_sub(taken)));
        let rest = wanted.saturating_sub(taken);
        asked = if rest == 0 { None } else { scale.from_ledger(rest, quantity.unit.as_deref()) };
    }
    let Some(missing) = asked else { return Ok(()) };
    let fitting: Vec<String> = sources.iter().filter(|source| source.is_of(line)).map(Source::rest).collect();
    if fitting.is_empty() {
        let known: Vec<String> = sources.iter().map(Source::goods).collect();
        let edition = sources.iter().filter(|source| source.is_like(line)).find_map(|source| source.other_edition(line));
        let remedy = edition.map_or_else(String::new, |edition| {
            format!("; codes of two editions are not compared: write line {number} in {edition}, as what it rests on does")
        });
        bail!("line {number} is {}, and no base has such goods: {}{remedy}", goods(line), known.join("; "));
    }
    let where_named = match media_type {
        MediaType::Xml => "in the note RPCRF of a line",
        MediaType::Json => "in further_bases",
    };
    bail!(
        "line {number}: {} of {quantity} are missing in what it rests on ({}); lower the quantity, or name a further original in the document ({where_named}) and give its file with a --base of its own",
        Quantity { unit: quantity.unit.clone(), ..missing },
        fitting.join("; ")
    )
}

/// The origin of a line's goods, as it is written.
fn origin(line: &Line) -> String {
    let countries: Vec<&str> = line.origin_countries.iter().map(CountryCode::as_str).collect();
    let criterion = line.criterion.as_ref().map_or_else(String::new, |criterion| format!(" ({})", escape_for_terminal(criterion)));
    format!("origin {}{criterion}", if countries.is_empty() { "of no country".to_owned() } else { countries.join(", ") })
}

/// The goods of a line, as far as they are compared.
fn goods(line: &Line) -> String {
    let code = line.code.as_ref().map_or_else(
        || "goods without a code".to_owned(),
        |code| format!("{}{}", code.code, code.edition.as_ref().map_or_else(String::new, |edition| format!(" of {edition}"))),
    );
    let unit = line.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref());
    format!("{code} in {}", unit.unwrap_or("no unit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGINAL: &str = include_str!("../../../../contracts/src/kinds/certificate_of_origin/examples/cl-cn-origin.json");
    const SEEDS: [Seed; 2] = [Seed::new([7; 16]), Seed::new([8; 16])];

    /// The lines of two originals of 10800 and 360 litres each, of which so much of the first lines is left.
    fn sources<'a>(original: &'a Document, left: [&str; 2]) -> Vec<Source<'a>> {
        let mut all = Vec::new();
        for (index, seed) in SEEDS.iter().enumerate() {
            for (number, written) in (1..).zip(&original.lines) {
                let scale = AmountScale::of(written.quantity.as_ref().unwrap(), seed);
                let rest = if number == 1 { Quantity::parse(left[index], None) } else { written.quantity.clone() };
                let base = RecordKey::new([9 - u8::try_from(index).unwrap(); 32]);
                let (name, left) = (format!("CL-{index}"), scale.to_ledger(&rest.unwrap()));
                all.push(Source { base, opening: None, name, seed, number, written, left, drawn: 0, drawn_for: Vec::new() });
            }
        }
        all
    }

    fn drawing(quantity: &str, left: [&str; 2]) -> Result<Vec<String>, String> {
        let original = read_document(ORIGINAL.as_bytes()).unwrap();
        assert!(ORIGINAL.contains("\"value\": \"10800.00\""));
        let document =
            read_document(ORIGINAL.replace("\"value\": \"10800.00\"", &format!("\"value\": \"{quantity}\"")).as_bytes()).unwrap();
        let mut sources = sources(&original, left);
        let draws = drawn(&document, &mut sources).map_err(|error| error.to_string())?;
        let words = draws.iter().map(|draw| {
            let source = sources.iter().find(|source| (source.base, source.number) == (draw.base, draw.line)).unwrap();
            let amount = source.scale().unwrap().from_ledger(draw.amount, source.unit()).unwrap();
            format!("{} {}: {amount}", source.name, draw.line)
        });
        Ok(words.collect())
    }

    #[test]
    fn the_first_base_is_drawn_from_first_and_the_next_for_the_rest() {
        // Draws are sorted by record key, and the second base has the smaller one.
        assert_eq!(drawing("700.5", ["10800", "10800"]).unwrap(), ["CL-0 1: 700.5 LTR", "CL-0 2: 360 LTR"]);
        assert_eq!(drawing("701", ["700.5", "1"]).unwrap(), ["CL-1 1: 0.5 LTR", "CL-0 1: 700.5 LTR", "CL-0 2: 360 LTR"]);
        assert_eq!(drawing("1", ["0", "1"]).unwrap(), ["CL-1 1: 1 LTR", "CL-0 2: 360 LTR"]);
    }

    #[test]
    fn more_than_is_left_is_told_with_what_there_is() {
        let error = drawing("702", ["700.5", "1"]).unwrap_err();
        assert!(error.contains("line 1: 0.5 LTR of 702 LTR are missing"), "{error}");
        assert!(error.contains("CL-0 line 1: 700.5 LTR left of 10800.00 LTR"), "{error}");
        assert!(error.ends_with("name a further original in the document (in further_bases) and give its file with a --base of its own"));
    }

    #[test]
    fn goods_come_from_goods_of_the_same_code_and_unit() {
        let original = read_document(ORIGINAL.as_bytes()).unwrap();
        for (was, is) in [("220421", "220422"), ("\"unit\": \"LTR\"", "\"unit\": \"KGM\""), ("HS2022", "HS2017")] {
            let document = read_document(ORIGINAL.replacen(was, is, 1).as_bytes()).unwrap();
            let error = drawn(&document, &mut sources(&original, ["10800", "10800"])).unwrap_err().to_string();
            assert!(error.contains("no base has such goods: CL-0 line 1 is 220421 of HS2022 in LTR"), "{is}: {error}");
            let of_edition = "line 1 is 220421 of HS2017 in LTR, and no base has such goods: CL-0 line 1 is 220421 of HS2022 in LTR";
            let remedy = "; codes of two editions are not compared: write line 1 in HS2022, as what it rests on does";
            assert_eq!((error.starts_with(of_edition), error.ends_with(remedy)), (is == "HS2017", is == "HS2017"), "{is}: {error}");
        }
    }
}
