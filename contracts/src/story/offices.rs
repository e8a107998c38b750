//! The lines of the importing side's offices, of the issuers' answers and of the pool.
//!
//! ```text
//! reserve origin-1 by CN line=1 amount=400 declaration=D1 until=2026-04-01
//! consume origin-1 by CN declaration=D1
//! left    origin-1 line=1                  => 600 left, 0 held, 400 used, 1 uses by CN-customs
//! held    origin-1 by CN declaration=D1    => until 2026-04-01
//! ask     origin-1 by CN deadline=2026-06-01
//! answer  origin-1 by CL to=CN confirmed=no
//! ```
//!
//! `CN` stands for the office `CN-customs`, with a scope for all acts on each kind on which offices act, and a key 1; `@CN-post` for itself. A declaration that is not named is `D1`, a line `1`.

use super::*;
use crate::acts::Declared;
use crate::destination::{Destination, Dossier, OfficeVerb, Use, UsesOfMember};

/// The act that a line's first word means.
pub(super) fn verb(word: &str) -> Option<OfficeVerb> {
    let word = match word {
        "accept-partially" => "accept partially",
        "grant" => "grant preference",
        "deny" => "deny preference",
        "ask" => "ask for verification",
        "extend" => "extend the deadline",
        "close" => "close the question",
        other => other,
    };
    OfficeVerb::ALL.iter().find(|verb| verb.as_str() == word).copied()
}

/// A line of an issue: `amounts=1000,none codes=0401 units=KGM`, by index.
pub(super) fn line(words: &Words<'_>, number: u32, index: usize) -> IssuedLine {
    let of = |name: &str| words.list(name).get(index).filter(|text| *text != "none").cloned();
    let certified = if words.named.contains_key("amounts") { of("amounts").map(|text| text.parse().unwrap()) } else { Some(1000) };
    IssuedLine { number, certified, code: of("codes").map(|code| token(&code)), unit: of("units").map(|unit| token(&unit)) }
}

fn token(text: &str) -> Hash {
    sha256(format!("token {text}").as_bytes())
}

/// A declaration `D1`, or its goods item `D1/2`.
pub(super) fn declared(words: &Words<'_>) -> Declared {
    let name = words.named.get("declaration").unwrap_or(&"D1");
    let whole = name.split_once('/').map(|(whole, _)| whole);
    Declared { named: declaration(name), whole: words.named.get("of-declaration").copied().or(whole).map(declaration) }
}

fn declaration(name: &str) -> Hash {
    sha256(format!("declaration {name}").as_bytes())
}

/// `office=all`, or some of the acts; `office=reserve,release/consume` names those of each scope.
pub(super) fn scope(words: &Words<'_>, kind: RecordKind, index: usize) -> Option<Vec<OfficeVerb>> {
    let each: Vec<&str> = words.named.get("office")?.split('/').collect();
    let text = each.get(index).or(each.last())?;
    let all = kind.rules().office_acts().iter().filter(|verb| **verb != OfficeVerb::Answer).copied();
    Some(if *text == "all" { all.collect() } else { text.split(',').map(|word| verb(word).unwrap()).collect() })
}

impl World {
    /// The draws of an issue: `draws=origin-1:1:400,…` (base, line, amount), with `codes` and `units` as in the base.
    /// Where none are named, a certificate that goes on with its bases draws one of the first line of each that has amounts;
    /// `draws=none` draws nothing.
    pub(super) fn draws(&self, words: &Words<'_>, goes_on: bool) -> Option<Vec<Draw>> {
        let first_of = |base: &String| {
            let standing: Standing = self.entry(&key::standing(&self.record_key(base)))?;
            let line = standing.lines.iter().find(|line| line.certified.is_some())?;
            Some(format!("{base}:{}:1", line.number))
        };
        let of_each = || words.list("on").iter().filter_map(first_of).collect::<Vec<_>>().join(",");
        let named = match words.named.get("draws").copied() {
            Some("none") => return None,
            Some(named) => named.to_owned(),
            None if goes_on => of_each(),
            None => return None,
        };
        let mut draws: Vec<Draw> = named
            .split(',')
            .filter(|text| !text.is_empty())
            .map(|text| {
                let parts: Vec<&str> = text.split(':').collect();
                let token = |name: &str| words.named.get(name).map(|text| token(text));
                Draw {
                    base: self.record_key(parts[0]),
                    line: parts[1].parse().unwrap(),
                    amount: parts[2].parse().unwrap(),
                    code: token("draw-code"),
                    unit: token("draw-unit"),
                    opening: self.opening(parts[0], words),
                }
            })
            .collect();
        if !words.named.contains_key("unsorted") {
            draws.sort_by_key(|draw| (draw.base, draw.line));
        }
        Some(draws).filter(|draws| !draws.is_empty() || words.named.contains_key("draws"))
    }

    /// What the member that acts shows of another member's certificate; `opening=SG` shows what SG has, `opening=none`
    /// nothing.
    fn opening(&self, name: &str, words: &Words<'_>) -> Option<LocatorOpening> {
        let by = words.after("by").trim_start_matches('@').get(..2).unwrap();
        let is_own = self.issuer_of(name).is_some_and(|issuer| issuer == member_id(by));
        match words.named.get("opening").copied() {
            Some("none") => None,
            None if is_own => None,
            reader => Some(opening(words.named.get("number").unwrap_or(&name), reader.unwrap_or(by))),
        }
    }

    /// What is left of a line, in words.
    pub(super) fn left(&self, words: &Words<'_>) -> String {
        let standing = self.standing(words.plain[1]);
        let root = standing.pool.unwrap_or(self.record_key(words.plain[1]));
        let dossier: Dossier = self.entry(&key::dossier(&root)).unwrap_or_default();
        let number = words.number("line").unwrap_or(1);
        let line = dossier.line(number);
        let certified = standing.lines.iter().find(|line| line.number == number).unwrap().certified;
        let left = certified.map_or("any".to_owned(), |certified| (certified - line.taken()).to_string());
        let users: Vec<&str> = dossier.users.iter().map(|user| user.by.as_str()).collect();
        let by = if users.is_empty() { String::new() } else { format!(" by {}", users.join(",")) };
        let given_back = line.given_back.map_or_else(String::new, |count| format!(", {count} given back"));
        format!("{left} left, {} held, {} used, {} uses{given_back}{by}", line.reserved, line.consumed, line.uses)
    }

    /// Until when a declaration holds something.
    pub(super) fn held(&self, words: &Words<'_>) -> String {
        let standing = self.standing(words.plain[1]);
        let root = standing.pool.unwrap_or(self.record_key(words.plain[1]));
        let name = self.use_name(words.after("by"), words.named.get("declaration").unwrap_or(&"D1"));
        let of: Option<Use> = self.entry(&key::use_of(&root, words.number("line").unwrap_or(1), &name));
        of.filter(|of| of.reserved > 0).map_or("nothing".to_owned(), |of| format!("until {}", of.until.unwrap()))
    }

    /// How a use is named: whose, and for which declaration.
    pub(crate) fn use_name(&self, member: &str, declaration: &str) -> crate::destination::UseName {
        crate::destination::UseName { member: member_id(member), declaration: self::declaration(declaration) }
    }

    /// How many uses of a line of `origin-1` a member has.
    pub(crate) fn uses_of(&self, member: &str, line: u32) -> u32 {
        let place = key::uses_of_member(&self.record_key("origin-1"), line, member_id(member));
        self.entry::<UsesOfMember>(&place).unwrap_or_default().count()
    }

    /// As if a member had so many uses of a line of `origin-1`.
    pub(crate) fn fill_uses(&mut self, member: &str, line: u32, count: u32) {
        let place = key::uses_of_member(&self.record_key("origin-1"), line, member_id(member));
        let uses = (0..count).fold(UsesOfMember::default(), |uses, _| uses.with_one_more().unwrap());
        self.state.0.insert(place, uses.to_bytes());
    }

    /// An act of an office or an answer, in a block of its own.
    pub(super) fn by_office(&mut self, words: &Words<'_>) -> String {
        let (signer, key, act) = self.office_act(words);
        self.submit_one(&signer, key, act)
    }

    /// Signer, key number and act of a line about an office.
    pub(crate) fn office_act_of(&mut self, line: &str) -> (String, u32, Act) {
        self.office_act(&Words::of(line))
    }

    /// Signer, key number and act; the office is admitted if it is not there yet.
    fn office_act(&mut self, words: &Words<'_>) -> (String, u32, Act) {
        let (by, name) = (words.after("by"), words.plain[1]);
        let verb = verb(words.plain[0]).unwrap();
        let kind = words.named.get("as").map_or_else(|| kind_of(name), |kind| kind_of(kind));
        let key = words.number("key").unwrap_or(1);
        let record_key = self.record_key(name);
        if verb == OfficeVerb::Answer {
            let answer = Answer {
                record_key,
                asked_by: member_id(words.named["to"]),
                confirmed: words.named["confirmed"] == "yes",
                date: words.date("date").unwrap_or(self.today()),
                reason: words.number("reason"),
            };
            return (self.authority_of(by, kind), key, answer.into_act(kind, verb));
        }
        let signer = self.office(by);
        let act = if verb.is_use() {
            let is_reserve = verb == OfficeVerb::Reserve;
            let token = |name: &str| words.named.get(name).map(|text| token(text));
            UseLine {
                record_key,
                line: words.number("line").unwrap_or(1),
                declaration: declared(words).named,
                amount: match words.named.get("amount").copied() {
                    Some("none") => None,
                    Some(text) => Some(text.parse().unwrap()),
                    None => is_reserve.then_some(100),
                },
                code: token("code"),
                unit: token("unit"),
                until: words.date("until"),
                of: words.named.get("of").map(|of| member_id(of)),
                opening: self.opening(name, words),
                follows: words.number("follows"),
                whole: declared(words).whole.filter(|_| is_reserve || words.named.contains_key("of-declaration")),
            }
            .into_act(kind, verb)
        } else {
            let member = member_id(&signer[..2]);
            let known: Destination = self.entry(&key::destination(&record_key, member)).unwrap_or_default();
            let lines = words.named.contains_key("lines");
            OfficeAct {
                record_key,
                date: words.date("date").unwrap_or(self.today()),
                reason: words.number("reason"),
                deadline: words.date("deadline"),
                declaration: words.named.contains_key("declaration").then(|| declared(words).named),
                lines: lines.then(|| words.list("lines").iter().map(|line| line.parse().unwrap()).collect()),
                follows: words.number("follows").unwrap_or(known.as_slice().len() as u32),
                opening: self.opening(name, words),
                whole: declared(words).whole,
            }
            .into_act(kind, verb)
        };
        (signer, key, act)
    }

    /// The office `CN-customs` of `CN`, admitted if it is not there yet; `@CN-post` is itself.
    fn office(&mut self, by: &str) -> String {
        if let Some(named) = by.strip_prefix('@') {
            return named.to_owned();
        }
        let office = format!("{by}-customs");
        if self.entry::<Authority>(&key::authority(&AuthorityId::parse(&office).unwrap())).is_none() {
            let has_offices = |kind: &&RecordKind| !kind.rules().office_acts().is_empty();
            let words: Vec<&str> = RecordKind::ALL.iter().filter(has_offices).map(|kind| kind.rules().word()).collect();
            self.tell(&format!("admit {office} by {by} kinds={} office=all\nname-key 1 by {office}", words.join(",")));
        }
        office
    }
}
