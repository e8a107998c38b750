//! JSON into a small tree, strictly and within limits, and the tree held against a form of the project's own.
//!
//! Refused: a member twice, an unknown member, `null`, numbers with a fraction or an exponent (amounts are strings of
//! decimals), and whatever exceeds a limit. Source: RFC 8259, and RFC 6901 for the pointers in errors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::value::{self, WrongValue};
use super::{DEPTH_MAX, DOCUMENT_BYTES_MAX, FIELDS_MAX, Faults, Field, Place, ReadError, Reason, quoted};
use ledger::time::CalendarDate;

/// The most members of one object.
pub(crate) const MEMBERS_MAX: usize = 64;
/// The most values of a document, objects and lists included.
pub(crate) const VALUES_MAX: usize = 16_384;
/// The most bytes of one string in a form: 4 KiB.
pub(crate) const STRING_BYTES_MAX: usize = 4 << 10;

/// One value.
#[derive(Debug)]
pub enum Json {
    /// `true` or `false`.
    Flag(bool),
    /// An integer that is not negative.
    Count(u64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, its members in their order, none twice.
    Object(Vec<(String, Json)>),
    /// A value that no form has, such as `null`: it was noted as a fault already.
    Noted,
}

/// Reads one value and nothing after it. What is wrong with single values and hides no other fault is noted in `faults`.
///
/// # Errors
/// [`ReadError`] for what cannot be read on.
pub(crate) fn parse(text: &str, faults: &mut Faults) -> Result<Json, ReadError> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let cause = format!("the document has {} bytes", text.len());
        return Err(ReadError::new(
            Reason::TooLarge,
            Place::default(),
            cause,
            format!("documents have at most {DOCUMENT_BYTES_MAX} bytes"),
        ));
    }
    let mut state = State { path: Vec::new(), values: 0, refusal: None, faults };
    let mut reader = serde_json::Deserializer::from_str(text);
    let outcome = Seed(&mut state).deserialize(&mut reader).and_then(|json| reader.end().map(|()| json));
    outcome.map_err(|error| {
        let place = |path| Place { line: u32::try_from(error.line()).ok(), column: u32::try_from(error.column()).ok(), path };
        match state.refusal.take() {
            Some((reason, path, cause, remedy)) => ReadError::new(reason, place(path), cause, remedy),
            None => {
                let cause = error.to_string();
                let cause = cause.split(" at line ").next().unwrap_or_default();
                let cause = format!("not well-formed JSON: {}", super::escape_for_terminal(cause));
                ReadError::new(
                    Reason::NotWellFormed,
                    place(pointer(&state.path)),
                    cause,
                    "send the file as it was issued, whole and unchanged",
                )
            }
        }
    })
}

struct State<'f> {
    path: Vec<String>,
    values: usize,
    refusal: Option<(Reason, String, String, &'static str)>,
    faults: &'f mut Faults,
}

impl State<'_> {
    /// Notes what is wrong with one value, and lets the reader go on.
    fn note(&mut self, reason: Reason, cause: impl Into<String>, remedy: &'static str) {
        self.faults.note(ReadError::new(reason, Place::of_path(pointer(&self.path)), cause, remedy));
    }

    /// Notes why, and stops the reader.
    fn refuse<E: serde::de::Error>(&mut self, reason: Reason, cause: impl Into<String>, remedy: &'static str) -> E {
        self.refusal = Some((reason, pointer(&self.path), cause.into(), remedy));
        E::custom("refused")
    }
}

/// Reads one value at the place that the state names.
struct Seed<'s, 'f>(&'s mut State<'f>);

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        let state = self.0;
        state.values = state.values.saturating_add(1);
        if state.values > VALUES_MAX {
            return Err(state.refuse(
                Reason::TooLarge,
                format!("the document has more than {VALUES_MAX} values"),
                "split it over several certificates",
            ));
        }
        if state.path.len() >= DEPTH_MAX {
            return Err(state.refuse(
                Reason::TooDeep,
                format!("values stand inside each other more than {DEPTH_MAX} deep"),
                "send a document of one of the project's forms",
            ));
        }
        reader.deserialize_any(Seed(state))
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }

    fn visit_u64<E>(self, count: u64) -> Result<Json, E> {
        Ok(Json::Count(count))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        self.0.note(Reason::Value, format!("{number} is below zero"), "write an integer that is not negative");
        Ok(Json::Noted)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        self.0.note(Reason::Value, "the number is not a small integer", "write amounts as strings of decimals, such as \"1250.50\"");
        Ok(Json::Noted)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        self.0.note(Reason::Value, "the value is null", "leave the member out");
        Ok(Json::Noted)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let state = self.0;
        let mut list = Vec::new();
        loop {
            state.path.push(list.len().to_string());
            let item = items.next_element_seed(Seed(state))?;
            state.path.pop();
            match item {
                Some(item) => list.push(item),
                None => return Ok(Json::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let state = self.0;
        let mut object: Vec<(String, Json)> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            let twice = object.iter().any(|(other, _)| *other == name);
            state.path.push(name.clone());
            if twice {
                state.note(Reason::Repeated, format!("the member {} stands twice", quoted(&name)), "keep one of them");
            }
            if object.len() >= MEMBERS_MAX {
                return Err(state.refuse(
                    Reason::TooLarge,
                    format!("an object has more than {MEMBERS_MAX} members"),
                    "send a document of one of the project's forms",
                ));
            }
            let value = members.next_value_seed(Seed(state))?;
            state.path.pop();
            if !twice {
                object.push((name, value));
            }
        }
        Ok(Json::Object(object))
    }
}

/// One member of an object of a form.
pub(crate) struct Member {
    /// Its name, and its segment in field paths.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub shape: Shape,
}

/// A member that must be there.
pub(crate) const fn must(name: &'static str, shape: Shape) -> Member {
    Member { name, required: true, shape }
}

/// A member that may be there.
pub(crate) const fn may(name: &'static str, shape: Shape) -> Member {
    Member { name, required: false, shape }
}

/// What a value of a form looks like.
pub(crate) enum Shape {
    /// An object of these members, in any order.
    Object(&'static [Member]),
    /// A list of so many at least and at most.
    List(&'static Shape, usize, usize),
    /// Text of 1 to so many bytes, not white space alone, without control characters but line feeds and tabs.
    Text(usize),
    /// Exactly this text.
    Only(&'static str),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The one word with which such a document is recorded, and what to do with any other.
    Alone(&'static str, &'static str),
    /// A name for machines: 1 to so many of `A-Z`, `0-9`, `.`, `_`, `/`, `+`, `-`.
    Token(usize),
    /// A certificate number.
    Number,
    /// A country.
    Country,
    /// A calendar date `YYYY-MM-DD`.
    Date,
    /// A decimal, as a string.
    Decimal,
    /// A decimal above zero, as a string.
    Amount,
    /// A unit of UN/ECE Recommendation 20: 2 or 3 upper-case letters and digits.
    Unit,
    /// A currency of ISO 4217: 3 upper-case letters.
    Currency,
    /// A code of the Harmonized System at the level of subheadings: 6 digits.
    HsCode,
    /// A WCO trader identification number, an..17.
    Tin,
    /// `true` or `false`.
    Flag,
    /// An integer from 1 to 999,999,999.
    Count,
}

/// A document that has the shape of its form: its fields in the order of the document, and a way to look them up.
pub(crate) struct Form {
    /// All fields.
    pub fields: Vec<Field>,
    index: BTreeMap<String, usize>,
    /// The objects in which mandatory members are missing, and which.
    missing: Vec<(String, &'static str)>,
    /// What is wrong with single members.
    faults: Faults,
    /// All places at which the document has anything, right or wrong.
    seen: BTreeSet<String>,
}

/// How many missing members a message names.
const MISSING_NAMED_MAX: usize = 24;

impl Form {
    /// Holds a document against a form, and names all that is wrong or missing at once, with what `contradicts` finds among
    /// the members that are right.
    pub(crate) fn read(root: &Json, members: &'static [Member], contradicts: fn(&Self, &mut Faults)) -> Result<Self, ReadError> {
        let mut form =
            Self { fields: Vec::new(), index: BTreeMap::new(), missing: Vec::new(), faults: Faults::default(), seen: BTreeSet::new() };
        form.object(root, members, "")?;
        let missing = form.all_missing();
        missing.into_iter().for_each(|missing| form.faults.note(missing));
        let mut faults = core::mem::take(&mut form.faults);
        contradicts(&form, &mut faults);
        faults.none()?;
        Ok(form)
    }

    /// Names all missing members in one sentence.
    fn all_missing(&self) -> Option<ReadError> {
        match self.missing.as_slice() {
            [] => None,
            [(path, name)] => Some(error_at(path, Reason::Missing, format!("the member {} is missing", quoted(name)), "add it")),
            [(path, _), ..] => {
                let whole_path =
                    |(path, name): &(String, &str)| if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                let named: Vec<String> = self.missing.iter().take(MISSING_NAMED_MAX).map(whole_path).collect();
                let others = self.missing.len().saturating_sub(named.len());
                let others = if others == 0 { String::new() } else { format!(" and {others} others") };
                // The place is the object that holds the first of them.
                Some(error_at(path, Reason::Missing, format!("members are missing: {}{others}", named.join(", ")), "add them"))
            }
        }
    }

    /// The value at `path`, if the document has it.
    pub(crate) fn get(&self, path: &str) -> Option<&str> {
        self.index.get(path).and_then(|index| self.fields.get(*index)).map(|field| field.value.as_str())
    }

    /// A value that the form has made sure of.
    pub(crate) fn must(&self, path: &str) -> Result<&str, ReadError> {
        self.get(path).ok_or_else(|| error_at(path, Reason::Missing, "the member is missing", "add it"))
    }

    /// Whether the flag at `path` is set.
    pub(crate) fn is_set(&self, path: &str) -> bool {
        self.get(path) == Some("true")
    }

    /// Whether anything stands at `path` or below.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.index
            .range(path.to_owned()..)
            .next()
            .is_some_and(|(found, _)| found.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
    }

    /// The values of the list at `path`, for lists of plain values.
    pub(crate) fn list(&self, path: &str) -> Vec<&str> {
        (1..=VALUES_MAX).map_while(|index| self.get(&format!("{path}[{index}]"))).collect()
    }

    /// Turns a wrong value into an error at `path`.
    pub(crate) fn checked<T>(path: &str, checked: Result<T, WrongValue>) -> Result<T, ReadError> {
        checked.map_err(|wrong| error_at(path, Reason::Value, wrong.cause, wrong.remedy))
    }

    fn object(&mut self, json: &Json, members: &'static [Member], path: &str) -> Result<(), ReadError> {
        let Json::Object(object) = json else { return Err(wrong_type(json, path, "an object")) };
        for (name, value) in object {
            let there = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let Some(member) = members.iter().find(|member| member.name == name) else {
                let known: Vec<&str> = members.iter().map(|member| member.name).collect();
                let cause = format!("the member {} is unknown", quoted(name));
                // The name may hold any character, so the pointer is made here and not from the path.
                let place = Place::of_path(format!("{}/{}", pointer_of(path), name.replace('~', "~0").replace('/', "~1")));
                let remedy = format!("leave it out; known here are {}", known.join(", "));
                self.faults.note(ReadError::new(Reason::Unexpected, place, cause, remedy));
                continue;
            };
            if let Err(fault) = self.value(value, &member.shape, &there) {
                self.faults.note(fault);
            }
            self.seen.insert(there);
        }
        let absent = |member: &&Member| member.required && !object.iter().any(|(name, _)| name == member.name);
        self.missing.extend(members.iter().filter(absent).map(|member| (path.to_owned(), member.name)));
        Ok(())
    }

    fn value(&mut self, json: &Json, shape: &'static Shape, path: &str) -> Result<(), ReadError> {
        if matches!(json, Json::Noted) {
            return Ok(());
        }
        match shape {
            Shape::Object(members) => self.object(json, members, path),
            Shape::List(of, least, most) => {
                let Json::List(list) = json else { return Err(wrong_type(json, path, "a list")) };
                if list.len() < *least {
                    return Err(error_at(
                        path,
                        Reason::Empty,
                        format!("the list has {} items", list.len()),
                        format!("it has {least} at least"),
                    ));
                }
                if list.len() > *most {
                    return Err(error_at(
                        path,
                        Reason::TooLarge,
                        format!("the list has {} items", list.len()),
                        format!("it has {most} at most"),
                    ));
                }
                for (item, index) in list.iter().zip(1_usize..) {
                    if let Err(fault) = self.value(item, of, &format!("{path}[{index}]")) {
                        self.faults.note(fault);
                    }
                }
                Ok(())
            }
            Shape::Flag => match json {
                Json::Flag(flag) => self.push(path, flag.to_string()),
                other => Err(wrong_type(other, path, "true or false")),
            },
            Shape::Count => match json {
                Json::Count(count @ 1..=999_999_999) => self.push(path, count.to_string()),
                Json::Count(_) => Err(error_at(path, Reason::Value, "the number is out of range", "write an integer from 1 to 999999999")),
                other => Err(wrong_type(other, path, "an integer")),
            },
            shape => match json {
                Json::Text(text) => {
                    check_text(text, shape).map_err(|(reason, wrong)| error_at(path, reason, wrong.cause, wrong.remedy))?;
                    self.push(path, text.clone())
                }
                other => Err(wrong_type(other, path, "a string")),
            },
        }
    }

    fn push(&mut self, path: &str, value: String) -> Result<(), ReadError> {
        if self.fields.len() >= FIELDS_MAX {
            return Err(error_at(
                path,
                Reason::TooLarge,
                format!("the document has more than {FIELDS_MAX} values"),
                "split it over several certificates",
            ));
        }
        self.index.insert(path.to_owned(), self.fields.len());
        self.fields.push(Field { path: path.to_owned(), value });
        Ok(())
    }
}

/// An error at the field at `path`.
pub(crate) fn error_at(path: &str, reason: Reason, cause: impl Into<String>, remedy: impl Into<String>) -> ReadError {
    ReadError::new(reason, Place::of_path(pointer_of(path)), cause, remedy)
}

fn wrong_type(json: &Json, path: &str, wanted: &str) -> ReadError {
    let found = match json {
        Json::Flag(_) => "true or false",
        Json::Count(_) => "a number",
        Json::Text(_) => "a string",
        Json::List(_) => "a list",
        Json::Object(_) => "an object",
        Json::Noted => "nothing",
    };
    error_at(path, Reason::Value, format!("{found} stands here"), format!("write {wanted}"))
}

/// Whether a text is a name for machines: 1 to so many of `A-Z`, `0-9`, `.`, `_`, `/`, `+`, `-`.
pub fn is_token(text: &str, most: usize) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"._/+-".contains(&byte);
    (1..=most).contains(&text.len()) && text.bytes().all(is_plain)
}

fn check_text(text: &str, shape: &Shape) -> Result<(), (Reason, WrongValue)> {
    let wrong = |reason, what: &str, remedy| Err((reason, WrongValue { cause: format!("{} is not {what}", quoted(text)), remedy }));
    let value = |checked: Result<(), WrongValue>| checked.map_err(|wrong| (Reason::Value, wrong));
    let every = |of: fn(u8) -> bool| text.bytes().all(of);
    match shape {
        _ if text.trim().is_empty() => wrong(Reason::Empty, "a value", "write the value, or leave the member out where it is optional"),
        Shape::Text(most) if text.len() > *most => Err((
            Reason::TooLarge,
            WrongValue { cause: format!("the text has {} bytes, the most is {most}", text.len()), remedy: "shorten it" },
        )),
        Shape::Text(_) if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')) => {
            wrong(Reason::Value, "free of control characters", "leave them out")
        }
        Shape::Only(only) if text != *only => wrong(Reason::UnknownKind, &quoted(only), "write this text exactly"),
        Shape::OneOf(words) if !words.contains(&text) => {
            let cause = format!("{} is none of {}", quoted(text), words.join(", "));
            Err((Reason::Value, WrongValue { cause, remedy: "write one of these words" }))
        }
        // Whoever writes another word may mean it: nobody is told to write this one in its place.
        Shape::Alone(only, remedy) if text != *only => {
            let cause = format!("{} is not {}, and nothing else is recorded", quoted(text), quoted(only));
            Err((Reason::Value, WrongValue { cause, remedy }))
        }
        Shape::Token(most) if !is_token(text, *most) => {
            wrong(Reason::Value, "an identifier", "write upper-case letters, digits and . _ / + - only, as short as the form says")
        }
        Shape::Unit if !matches!(text.len(), 2 | 3) || !every(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) => {
            wrong(Reason::Value, "a unit code", "write a code of UN/ECE Recommendation 20, such as KGM")
        }
        Shape::Currency if text.len() != 3 || !every(|byte| byte.is_ascii_uppercase()) => {
            wrong(Reason::Value, "a currency code", "write a code of ISO 4217, such as USD")
        }
        Shape::HsCode if text.len() != 6 || !every(|byte| byte.is_ascii_digit()) => {
            wrong(Reason::Value, "an HS subheading", "write the 6 digits without points")
        }
        Shape::Tin => match text.as_bytes() {
            [one, two, rest @ ..]
                if one.is_ascii_uppercase()
                    && two.is_ascii_uppercase()
                    && (1..=15).contains(&rest.len())
                    && rest.iter().all(u8::is_ascii_alphanumeric) =>
            {
                Ok(())
            }
            _ => wrong(Reason::Value, "a trader identification number", "write the country's two letters and up to 15 letters and digits"),
        },
        Shape::Number => value(value::certificate_number(text).map(drop)),
        Shape::Country => value(value::country(text).map(drop)),
        Shape::Date => value(value::date(text).map(drop)),
        Shape::Decimal => value(value::quantity(text, None).map(drop)),
        Shape::Amount => match value::quantity(text, None) {
            Ok(amount) if amount.mantissa == 0 => {
                wrong(Reason::Value, "an amount above zero", "write what is certified, or leave the goods out")
            }
            checked => value(checked.map(drop)),
        },
        _ => Ok(()),
    }
}

/// The JSON pointer of a field path: `items[2].hs.code` is `/items/1/hs/code`.
fn pointer_of(path: &str) -> String {
    let mut segments = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let mut pieces = part.split('[');
        segments.extend(pieces.next().map(str::to_owned));
        segments.extend(
            pieces.map(|index| index.trim_end_matches(']').parse::<usize>().map_or(0, |index| index.saturating_sub(1)).to_string()),
        );
    }
    pointer(&segments)
}

fn pointer(segments: &[String]) -> String {
    segments.iter().map(|segment| format!("/{}", segment.replace('~', "~0").replace('/', "~1"))).collect()
}

/// A party: name, address, country, and an identifier of its country's choice.
pub(crate) static PARTY: [Member; 4] =
    [must("name", Shape::Text(350)), may("address", Shape::Text(700)), may("country", Shape::Country), may("identifier", Shape::Text(70))];

/// The body that issues.
pub(crate) static ISSUING_BODY: [Member; 3] =
    [must("name", Shape::Text(350)), may("address", Shape::Text(700)), may("identifier", Shape::Text(70))];

/// A decimal amount and its unit.
pub(crate) static QUANTITY: [Member; 2] = [must("value", Shape::Decimal), must("unit", Shape::Unit)];

/// A certified amount and its unit.
pub(crate) static CERTIFIED: [Member; 2] = [must("value", Shape::Amount), must("unit", Shape::Unit)];

/// The certificate that is replaced; it is the same issuing country's.
pub(crate) static REPLACES: [Member; 3] =
    [must("number", Shape::Number), may("issue_date", Shape::Date), may("reason", Shape::Text(STRING_BYTES_MAX))];

/// Place, day and person of a signature.
pub(crate) static SIGNING: [Member; 3] = [must("place", Shape::Text(350)), must("date", Shape::Date), may("name", Shape::Text(350))];

impl Form {
    /// The date at `path`.
    pub(crate) fn date(&self, path: &str) -> Result<super::WrittenDate, ReadError> {
        Self::checked(path, value::date(self.must(path)?))
    }

    /// The date at `path`, if there is one.
    pub(crate) fn date_if_any(&self, path: &str) -> Result<Option<super::WrittenDate>, ReadError> {
        self.get(path).map(|text| Self::checked(path, value::date(text))).transpose()
    }

    /// The country at `path`.
    pub(crate) fn country(&self, path: &str) -> Result<ledger::place::CountryCode, ReadError> {
        Self::checked(path, value::country(self.must(path)?))
    }

    /// The countries of the list at `path`, without repeats.
    pub(crate) fn countries(&self, path: &str) -> Result<Vec<ledger::place::CountryCode>, ReadError> {
        let mut countries = Vec::new();
        for country in self.list(path) {
            let country = Self::checked(path, value::country(country))?;
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        Ok(countries)
    }

    /// The link whose members `number`, `issue_date`, `issuing_country` and `reason` stand at `path`, if there is one.
    pub(crate) fn link(&self, path: &str) -> Result<Option<super::Link>, ReadError> {
        let part = |name: &str| format!("{path}.{name}");
        let Some(number) = self.get(&part("number")) else { return Ok(None) };
        let Some(mut link) = Self::checked(&part("number"), value::link(number))? else {
            return Err(error_at(
                &part("number"),
                Reason::Value,
                format!("{} names no certificate", quoted(number)),
                "write its number, or leave the link out",
            ));
        };
        link.issue_date = self.date_if_any(&part("issue_date"))?;
        link.issuing_country = self.get(&part("issuing_country")).and_then(|country| value::country(country).ok());
        link.reason = self.get(&part("reason")).map(str::to_owned);
        Ok(Some(link))
    }

    /// The quantity whose members `value` and `unit` stand at `path`, if there is one.
    pub(crate) fn quantity(&self, path: &str) -> Result<Option<super::Quantity>, ReadError> {
        let part = format!("{path}.value");
        let unit = self.get(&format!("{path}.unit"));
        self.get(&part).map(|amount| Self::checked(&part, value::quantity(amount, unit))).transpose()
    }

    /// Notes that the thing at `path` is there without its reason, or the other way round. `flag` is the member that tells
    /// the reason: nothing follows from one that is wrong itself.
    pub(crate) fn goes_with(&self, faults: &mut Faults, path: &str, (flag, wanted): (&str, bool), reason: &str) {
        if self.seen.contains(flag) && self.get(flag).is_none() {
            return;
        }
        match (self.seen.contains(path), wanted) {
            (true, false) => faults.note(error_at(
                path,
                Reason::Inconsistent,
                format!("{path} stands here although {reason} is not set"),
                format!("set {reason}, or leave {path} out"),
            )),
            (false, true) => faults.note(error_at(
                "",
                Reason::Inconsistent,
                format!("{path} is missing although {reason} is set"),
                format!("add {path}, or do not set {reason}"),
            )),
            _ => {}
        }
    }

    /// The day at `path`, where one is written.
    pub(crate) fn day(&self, path: &str) -> Option<CalendarDate> {
        self.date_if_any(path).ok().flatten().map(|written| written.date)
    }

    /// Notes that a day lies before another one, where both are written.
    pub(crate) fn not_before(&self, faults: &mut Faults, path: &str, first: Option<CalendarDate>, cause: &str) {
        if self.day(path).zip(first).is_some_and(|(day, first)| day < first) {
            faults.note(error_at(path, Reason::Inconsistent, cause, "correct the dates"));
        }
    }

    /// Notes each number of the list at `path` that stands there twice.
    pub(crate) fn numbered_through(&self, faults: &mut Faults, path: &str, what: &str) {
        let mut known = BTreeSet::new();
        for place in (1..=VALUES_MAX).map(|index| format!("{path}[{index}]")).take_while(|place| self.seen_below(place)) {
            let place = format!("{place}.number");
            if let Some(number) = self.get(&place).filter(|number| !known.insert(*number)) {
                let cause = format!("the {what} number {number} stands twice");
                faults.note(error_at(&place, Reason::Inconsistent, cause, format!("number the {what}s through")));
            }
        }
    }

    fn seen_below(&self, path: &str) -> bool {
        let within = format!("{path}.");
        self.seen.range(within.clone()..).next().is_some_and(|found| found.starts_with(&within))
    }
}
