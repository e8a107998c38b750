//! Acts of offices for the further officials who sign them. The ledger has amounts times a factor, and commitments in place
//! of declarations: with the certificate file both are read, and without it the description says so.

use super::quantity::{Left, amount_in_words};
use super::{GOODS_ITEMS_MAX, InHand, reference};
use crate::output::shown;
use crate::profile::Profile;
use crate::registry::entry;
use anyhow::{Context as _, bail, ensure};
use contracts::acts::{Answer, Declared, OfficeAct, UseLine, declared_code_token, is_as_recorded, unit_token};
use contracts::destination::{Dossier, OfficeVerb, Use, UseName};
use contracts::document::{Line, escape_for_terminal};
use contracts::key;
use contracts::kinds::RecordKind;
use ledger::codec::{Canonical as _, Malformed};
use ledger::hash::Hash;
use ledger::id::MemberId;
use ledger::lookup::RecordKey;
use ledger::transaction::Act;
use std::path::Path;

/// The declaration that whoever approves has before it.
pub struct NamedDeclaration<'a> {
    /// Its reference.
    pub reference: &'a str,
    /// Its goods item.
    pub item: Option<u32>,
}

/// The certificate that an act is about, and which declaration the act is to be for.
#[derive(Default)]
pub struct AtHand<'a> {
    file: Option<InHand>,
    declared: Option<NamedDeclaration<'a>>,
    /// That file and record differ: then its seed opens nothing.
    differs: Option<String>,
    line: Option<String>,
    held: Option<u64>,
    /// Of the use that an act moves, if there is one: to which declaration its goods item belongs.
    item_of: Option<Option<Hash>>,
}

impl<'a> AtHand<'a> {
    /// Opens the file of the certificate that an act is about.
    ///
    /// # Errors
    /// If it is not that of the record, or if the node does not answer.
    pub fn open(profile: &Profile, path: &Path, act: &Act, own: MemberId) -> anyhow::Result<Self> {
        let file = InHand::open(profile, path.to_str().with_context(|| format!("{}: the name is no text", shown(path)))?)?;
        let differs = is_as_recorded(&file.document, &file.file.seed, &file.found.standing).err().map(|error| error.to_string());
        let mut at_hand = Self { differs, ..Self::default() };
        if OfficeVerb::from_number(act.verb).is_some_and(OfficeVerb::is_use) {
            let used = UseLine::from_bytes(&act.body)?;
            let (written, recorded) = file.line(used.line)?;
            let pool = file.found.standing.pool.unwrap_or(file.found.key);
            let dossier: Dossier = entry(profile, key::dossier(&pool))?.unwrap_or_default();
            at_hand.line = Some(Left::of(&dossier.line(used.line), written, recorded, file.scale(written)).text());
            let name = UseName { member: used.of.unwrap_or(own), declaration: used.declaration };
            let of: Option<Use> = entry(profile, key::use_of(&pool, used.line, &name))?;
            at_hand.held = of.as_ref().map(|of| of.reserved);
            at_hand.item_of = of.map(|of| of.whole);
        }
        Ok(Self { file: Some(file), ..at_hand })
    }

    /// The same for whoever names the declaration.
    pub fn with(self, declared: Option<NamedDeclaration<'a>>) -> Self {
        Self { declared, ..self }
    }

    /// The file, if it is that of the record.
    fn opened(&self) -> Option<&InHand> {
        self.file.as_ref().filter(|_| self.differs.is_none())
    }

    /// Why nothing is opened.
    fn unread(&self) -> &'static str {
        if self.file.is_some() {
            "cannot be read with this certificate file, which is not as its record"
        } else {
            "cannot be read without the certificate file: add --files NUMBER.symbolon"
        }
    }

    /// Its record, with the number that the file gives it.
    fn named(&self, record: RecordKey) -> String {
        self.file
            .as_ref()
            .map_or_else(|| format!("record {record}"), |file| format!("{} (record {record})", escape_for_terminal(&file.found.name)))
    }

    /// Which declaration an act is for: the one that is named, or what the ledger has of it. By its `whole`, as far as that is
    /// known, what was decided about the declaration holds for the goods item.
    ///
    /// # Errors
    /// If it is for another one.
    fn declaration(&self, recorded: Hash, whole: Option<Option<Hash>>) -> anyhow::Result<String> {
        let Some(NamedDeclaration { reference: text, item }) = &self.declared else {
            let item_of = whole.flatten().map_or_else(String::new, |whole| format!(", a goods item of declaration {whole}"));
            return Ok(format!("declaration {recorded}{item_of}, a commitment (add --declaration MRN to check that it is that one)"));
        };
        let Some(file) = self.opened() else { bail!("--declaration: which one it is {}", self.unread()) };
        let text = reference(text)?;
        let of = |item: Option<u32>| Declared::of(&file.file.seed, &text, item);
        let is = |item: Option<u32>| of(item).named == recorded;
        let of_item = |item: Option<u32>| item.map_or_else(|| ", no goods item".to_owned(), |item| format!(", goods item {item}"));
        let typed = escape_for_terminal(&text);
        if is(*item) {
            ensure!(
                whole.is_none_or(|whole| whole == of(*item).whole),
                "--declaration {typed}: the act does not name it as the whole declaration of its goods item, and so what was decided about it would not hold; nothing is signed: have it made anew"
            );
            return Ok(format!("declaration {typed}{}: the one that you named", of_item(*item)));
        }
        let other = std::iter::once(None).chain((1..=GOODS_ITEMS_MAX).map(Some)).find(|item| is(*item));
        match other {
            Some(Some(other)) => bail!("--declaration {typed}: the act is for goods item {other} of it: name it with --item {other}"),
            Some(None) => bail!("--declaration {typed}: the act names no goods item of it: leave --item out"),
            None => {
                bail!("--declaration {typed}: the act is for another declaration; nothing is signed: ask whoever signed first which one")
            }
        }
    }

    /// An amount of a line, in the certificate's unit.
    fn amount(&self, amount: u64, line: u32) -> String {
        let opened = self.opened().and_then(|file| Some((file, file.line(line).ok()?.0)));
        opened.map_or_else(|| format!("it {}", self.unread()), |(file, line)| amount_in_words(amount, line, file.scale(line)))
    }

    /// The goods of a line, and of a use also what is left of it.
    fn goods(&self, number: u32) -> Vec<String> {
        let Some(file) = self.opened() else { return Vec::new() };
        let Ok((line, _)) = file.line(number) else { return vec![format!("DIFFERS: the certificate has no line {number}")] };
        let left = self.line.as_ref().map(|left| format!("line {number} before it: {left}"));
        std::iter::once(format!("line {number}: {}", goods(line))).chain(left).collect()
    }

    /// What the declaration says otherwise than the certificate.
    fn declared_otherwise(&self, used: &UseLine) -> Vec<String> {
        let Some((file, (line, _))) = self.opened().and_then(|file| Some((file, file.line(used.line).ok()?))) else { return Vec::new() };
        let seed = &file.file.seed;
        let code = line.code.as_ref().map(|code| declared_code_token(seed, used.line, &code.code, &code.code));
        let unit = line.quantity.as_ref().and_then(|quantity| quantity.unit.as_deref()).map(|unit| unit_token(seed, used.line, unit));
        let differs = |declared: Option<Hash>, certified: Option<Hash>| declared.is_some() && declared != certified;
        [("commodity code", differs(used.code, code)), ("unit", differs(used.unit, unit))]
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(what, _)| format!("DIFFERS: the declared {what} is not the certificate's"))
            .collect()
    }
}

/// The goods of a line: description, code and what is certified.
fn goods(line: &Line) -> String {
    let code = line.code.as_ref().map(|code| format!("{} {}", code.system, code.code));
    let certified = line.quantity.as_ref().map(|quantity| format!("certified {quantity}"));
    let parts: Vec<String> = [Some(line.description.trim().to_owned()), code, certified].into_iter().flatten().collect();
    escape_for_terminal(&parts.join(", ")).into_owned()
}

/// What an act of an office does, and below that what belongs to it.
///
/// # Errors
/// If the act cannot be read, or is for another declaration than the one named.
pub fn described(kind: RecordKind, verb: OfficeVerb, act: &Act, at_hand: &AtHand<'_>) -> anyhow::Result<Vec<String>> {
    let mut lines = match verb {
        OfficeVerb::Answer => answered(kind, verb, act, at_hand)?,
        verb if verb.is_use() => used(kind, verb, act, at_hand)?,
        verb => stated(kind, verb, act, at_hand)?,
    };
    lines.extend(at_hand.differs.as_ref().map(|differs| format!("DIFFERS: the certificate file is not as its record: {differs}")));
    Ok(lines)
}

fn answered(kind: RecordKind, verb: OfficeVerb, act: &Act, at_hand: &AtHand<'_>) -> Result<Vec<String>, Malformed> {
    let answer = Answer::from_bytes(&act.body)?;
    let what = if answer.confirmed { "confirmed" } else { "not confirmed" };
    let first = format!("{verb}: the {kind} {}, {what} to {} on {}", at_hand.named(answer.record_key), answer.asked_by, answer.date);
    Ok(std::iter::once(first).chain(answer.reason.map(|reason| format!("reason {reason}"))).collect())
}

fn used(kind: RecordKind, verb: OfficeVerb, act: &Act, at_hand: &AtHand<'_>) -> anyhow::Result<Vec<String>> {
    let used = UseLine::from_bytes(&act.body)?;
    let mut lines = vec![format!("{verb}: the {kind} {}, line {}", at_hand.named(used.record_key), used.line)];
    let what = if used.amount.is_some() { "amount" } else { "all that is held" };
    let amount = used.amount.or(at_hand.held).unwrap_or_default();
    lines.push(format!("{what}: {}", at_hand.amount(amount, used.line)));
    lines.extend(at_hand.goods(used.line));
    let whole = if verb == OfficeVerb::Reserve { Some(used.whole) } else { at_hand.item_of };
    lines.push(at_hand.declaration(used.declaration, whole)?);
    lines.extend(used.until.map(|until| format!("held until {until}")));
    lines.extend(used.of.map(|member| format!("of a use of {member}")));
    lines.extend(used.follows.map(|acts| match acts {
        0 => "the first act of this use".to_owned(),
        1 => "the use has 1 act before it (symbolon uses FILE shows what is held)".to_owned(),
        acts => format!("the use has {acts} acts before it (symbolon uses FILE shows what is held)"),
    }));
    lines.extend(at_hand.declared_otherwise(&used));
    Ok(lines)
}

fn stated(kind: RecordKind, verb: OfficeVerb, act: &Act, at_hand: &AtHand<'_>) -> anyhow::Result<Vec<String>> {
    let fact = OfficeAct::from_bytes(&act.body)?;
    let mut lines = vec![format!("{verb}: the {kind} {} on {}", at_hand.named(fact.record_key), fact.date)];
    lines.extend(fact.deadline.map(|deadline| format!("deadline {deadline}")));
    lines.extend(fact.reason.map(|reason| format!("reason {reason}")));
    match fact.declaration {
        Some(declaration) => lines.push(at_hand.declaration(declaration, Some(fact.whole))?),
        None => {
            ensure!(at_hand.declared.is_none(), "--declaration: the act names no declaration; it is for all of them");
            if is_of_declarations(verb) {
                lines.push("for all declarations".to_owned());
            }
        }
    }
    match fact.lines {
        None if is_of_declarations(verb) => lines.push("for all lines".to_owned()),
        None => {}
        Some(named) => {
            let others = if verb == OfficeVerb::AcceptPartially { "; all others are rejected" } else { "" };
            lines.push(format!("lines {}{others}", named.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")));
            lines.extend(named.iter().flat_map(|line| at_hand.goods(*line)));
        }
    }
    Ok(lines)
}

/// Whether it is for a declaration, or for all.
fn is_of_declarations(verb: OfficeVerb) -> bool {
    use OfficeVerb::{Accept, AcceptPartially, DenyPreference, GrantPreference, Present, Reject};
    matches!(verb, Present | Accept | AcceptPartially | Reject | GrantPreference | DenyPreference)
}
