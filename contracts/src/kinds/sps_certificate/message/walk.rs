//! Holds a document against the schema, element by element, and writes down its fields.

use super::schema::{Content, Part, RAM, TRADE_LINE_ITEM, UDT, attributes};
use crate::document::value::{self, WrongValue};
use crate::document::xml::{Element, is_xml_space};
use crate::document::{FIELDS_MAX, Faults, Field, LINES_MAX, Place, ReadError, Reason, quoted};

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// All fields of a document, each with its place in the XML.
pub(super) struct Walk<'t> {
    text: &'t str,
    /// The fields, in the order of the document.
    pub fields: Vec<Field>,
    places: Vec<(usize, String)>,
    items: usize,
    /// How many goods lines were met.
    pub lines: usize,
    /// What is wrong with single elements.
    faults: Faults,
}

/// Where the walk stands: the path of the field, the path of the element.
#[derive(Clone)]
struct Here {
    field: String,
    element: String,
}

impl Here {
    /// One step further, to the `index`-th element of this part.
    fn step(&self, part: &Part, index: usize) -> Self {
        let number = if part.repeats { format!("[{index}]") } else { String::new() };
        let field = match (part.segment.is_empty(), self.field.is_empty()) {
            (true, _) => self.field.clone(),
            (false, true) => format!("{}{number}", part.segment),
            (false, false) => format!("{}.{}{number}", self.field, part.segment),
        };
        Self { field, element: format!("{}/{}{number}", self.element, part.name) }
    }
}

impl<'t> Walk<'t> {
    /// Walks the whole document below its root, and names all that is wrong at once, as far as it does not follow from
    /// something before it.
    pub(super) fn through(text: &'t str, root: &Element, parts: &'static [Part]) -> Result<Self, ReadError> {
        let mut walk = Self { text, fields: Vec::new(), places: Vec::new(), items: 0, lines: 0, faults: Faults::default() };
        let here = Here { field: String::new(), element: root.name.clone() };
        walk.check_attributes(root, &Content::Parts(parts), &here)?;
        let last = walk.parts(root, parts, &here).err();
        last.into_iter().for_each(|last| walk.faults.note(last));
        core::mem::take(&mut walk.faults).none()?;
        Ok(walk)
    }

    /// An error at the field at `path`.
    pub(super) fn error_at(&self, path: &str, reason: Reason, cause: impl Into<String>, remedy: impl Into<String>) -> ReadError {
        let place = self.fields.iter().position(|field| field.path == path).and_then(|index| self.places.get(index));
        let place = place.map_or_else(Place::default, |(offset, element)| Place::at(self.text, *offset, element.clone()));
        ReadError::new(reason, place, cause, remedy)
    }

    /// Elements in the order of the schema.
    fn parts(&mut self, parent: &Element, parts: &'static [Part], here: &Here) -> Result<(), ReadError> {
        self.only_elements(parent, here)?;
        // The first part that may still come, and how many of it have come.
        let (mut next, mut count) = (0_usize, 0_usize);
        for (position, child) in parent.children.iter().enumerate() {
            let known = parts.iter().position(|part| part.name == child.name && part.namespace == &*child.namespace);
            let Some(index) = known else { return Err(self.unexpected(child, parts, here)) };
            let Some(part) = parts.get(index) else { continue };
            if index < next {
                let later = parts.get(next).map_or("", |part| part.name);
                return Err(self.error(
                    Reason::Order,
                    child,
                    here.step(part, 1).element,
                    format!("{} stands behind {later}", part.name),
                    format!("move it before {later}, as the schema orders them"),
                ));
            }
            if index > next {
                let skipped = parts.get(next..index).unwrap_or_default().iter().zip(next..);
                if let Some((missing, _)) = skipped.into_iter().find(|(part, at)| part.required && (*at > next || count == 0)) {
                    let comes_later = parent.children.iter().skip(position).any(|later| later.name == missing.name);
                    return Err(self.missing(child, missing, here, comes_later));
                }
                (next, count) = (index, 0);
            }
            if count > 0 && !part.repeats {
                return Err(self.error(
                    Reason::Repeated,
                    child,
                    here.step(part, 1).element,
                    format!("{} stands here twice", part.name),
                    "keep one of them",
                ));
            }
            count = count.saturating_add(1);
            let there = here.step(part, count);
            // What is wrong inside an element says nothing of those beside it; too much is too much once and for all.
            match self.element(child, part, &there) {
                Err(fault) if fault.reason != Reason::TooLarge => self.faults.note(fault),
                done => done?,
            }
        }
        let mut rest = parts.iter().zip(0..).skip(next);
        match rest.find(|(part, index)| part.required && (*index > next || count == 0)) {
            Some((missing, _)) => Err(self.missing(parent, missing, here, false)),
            None => Ok(()),
        }
    }

    fn element(&mut self, element: &Element, part: &'static Part, here: &Here) -> Result<(), ReadError> {
        self.check_attributes(element, &part.content, here)?;
        match &part.content {
            Content::Parts(parts) => {
                if part.segment == "items" {
                    self.items = self.items.saturating_add(1);
                }
                self.parts(element, parts, here)
            }
            Content::Line => self.line(element, here),
            Content::Signature => self.push(element, here, element.verbatim.clone().unwrap_or_default()),
            Content::Time | Content::IssueTime => self.time(element, here, matches!(part.content, Content::IssueTime)),
            Content::Indicator => self.indicator(element, here),
            leaf => {
                if let Some(child) = element.children.first() {
                    return Err(self.unexpected(child, &[], here));
                }
                let value = if matches!(leaf, Content::Text | Content::Acronym) {
                    element.text.as_str()
                } else {
                    element.text.trim_matches(is_xml_space)
                };
                self.check_value(element, part, value, here)?;
                self.push(element, here, value.to_owned())?;
                self.push_attributes(element, leaf, here)
            }
        }
    }

    fn line(&mut self, element: &Element, here: &Here) -> Result<(), ReadError> {
        self.lines = self.lines.saturating_add(1);
        if self.lines > LINES_MAX {
            return Err(self.error(
                Reason::TooLarge,
                element,
                here.element.clone(),
                format!("the certificate has more than {LINES_MAX} lines"),
                "split the consignment over several certificates",
            ));
        }
        // Lines are numbered through all consignment items; from the second item on, the line says which is its own.
        let line = Here { field: format!("lines[{}]", self.lines), element: here.element.clone() };
        if self.items > 1 {
            let item = Here { field: format!("{}.item", line.field), element: here.element.clone() };
            self.push(element, &item, self.items.to_string())?;
        }
        self.parts(element, &TRADE_LINE_ITEM, &line)
    }

    /// `udt:DateTimeType`.
    fn time(&mut self, element: &Element, here: &Here, is_issue: bool) -> Result<(), ReadError> {
        let child = self.choice(element, ["DateTimeString", "DateTime"], here)?;
        let text = child.text.trim_matches(is_xml_space);
        let there = Here { field: here.field.clone(), element: format!("{}/{}", here.element, child.name) };
        if text.is_empty() {
            return Err(self.error(
                Reason::Empty,
                child,
                there.element,
                "the date is empty",
                "write the date, or leave the whole element out where it is optional",
            ));
        }
        let checked = match (child.name == "DateTime", is_issue) {
            (true, _) => value::date_and_time(text).map(drop),
            (false, true) => value::date_or_time(text).map(drop),
            (false, false) => Ok(()),
        };
        checked.map_err(|wrong| self.wrong(child, &there, wrong))?;
        self.push(child, &there, text.to_owned())?;
        self.format_attribute(child, "DateTimeString", &there)
    }

    /// `udt:IndicatorType`.
    fn indicator(&mut self, element: &Element, here: &Here) -> Result<(), ReadError> {
        let child = self.choice(element, ["IndicatorString", "Indicator"], here)?;
        let there = Here { field: here.field.clone(), element: format!("{}/{}", here.element, child.name) };
        let text = child.text.trim_matches(is_xml_space);
        if child.name == "Indicator" && !matches!(text, "true" | "false" | "1" | "0") {
            return Err(self.error(
                Reason::Value,
                child,
                there.element,
                format!("{} is neither true nor false", quoted(text)),
                "write true or false",
            ));
        }
        self.push(child, &there, text.to_owned())?;
        self.format_attribute(child, "IndicatorString", &there)
    }

    /// The one element inside, which has one of the two names.
    fn choice<'e>(&self, element: &'e Element, names: [&str; 2], here: &Here) -> Result<&'e Element, ReadError> {
        self.only_elements(element, here)?;
        let [string, typed] = names;
        let mut children = element.children.iter();
        let Some(child) = children.next() else {
            let text = element.text.trim_matches(is_xml_space);
            let cause = if text.is_empty() {
                format!("{} is empty", element.name)
            } else {
                format!("{} holds the bare text {}", element.name, quoted(text))
            };
            return Err(self.error(
                Reason::Missing,
                element,
                here.element.clone(),
                cause,
                format!("put the value into udt:{string} or udt:{typed}"),
            ));
        };
        let surplus = if &*child.namespace == UDT && names.contains(&child.name.as_str()) { children.next() } else { Some(child) };
        match surplus.or(child.children.first()) {
            Some(surplus) => Err(self.error(
                Reason::Unexpected,
                surplus,
                format!("{}/{}", here.element, surplus.name),
                format!("the element {} does not belong here", quoted(&surplus.name)),
                format!("put the value into one udt:{string} or udt:{typed}"),
            )),
            None => Ok(child),
        }
    }

    /// The attribute `format` of the textual choice; no other.
    fn format_attribute(&mut self, child: &Element, textual: &str, here: &Here) -> Result<(), ReadError> {
        let allowed = if child.name == textual { Content::Numeric } else { Content::Parts(&[]) };
        self.check_attributes(child, &allowed, here)?;
        self.push_attributes(child, &allowed, here)
    }

    fn check_value(&self, element: &Element, part: &Part, value: &str, here: &Here) -> Result<(), ReadError> {
        if value.is_empty()
            && (part.required || matches!(part.content, Content::Numeric | Content::Measure | Content::Amount | Content::ListCode(_)))
            && !matches!(part.content, Content::Text | Content::Acronym)
        {
            let remedy = if part.required { "write its value: it is mandatory" } else { "write its value, or leave the element out" };
            return Err(self.error(Reason::Empty, element, here.element.clone(), format!("{} is empty", part.name), remedy));
        }
        if let Content::ListCode(list) = part.content {
            self.check_list(element, list, here)?;
        }
        let checked = match part.content {
            Content::Number => value::certificate_number(value).map(drop),
            Content::ListCode(_) => value::code(value, 3),
            Content::Country => value::country(value).map(drop),
            Content::Numeric | Content::Measure => value::decimal(value),
            Content::Amount => value::quantity(value, None).map(drop),
            Content::Binary => value::base64(value),
            _ => Ok(()),
        };
        checked.map_err(|wrong| self.wrong(element, here, wrong))
    }

    /// A code of another list is no code here: 40 is "withdrawn" in list 4405 and something else in list 1373.
    fn check_list(&self, element: &Element, list: &str, here: &Here) -> Result<(), ReadError> {
        for (name, wanted) in [("listID", list), ("listAgencyID", "6")] {
            if let Some(other) = element.attributes.iter().find(|attribute| attribute.name == name && attribute.value.trim() != wanted) {
                let cause = format!("{name} of {} is {}", element.name, quoted(&other.value));
                let remedy = format!("write a code of list {list} of UN/ECE (agency 6), or leave the attribute out");
                return Err(self.error(Reason::Value, element, here.element.clone(), cause, remedy));
            }
        }
        Ok(())
    }

    fn check_attributes(&self, element: &Element, content: &Content, here: &Here) -> Result<(), ReadError> {
        let allowed = attributes(content);
        for attribute in &element.attributes {
            let known = match &*attribute.namespace {
                "" => allowed.iter().any(|(name, _)| *name == attribute.name),
                SCHEMA_INSTANCE => matches!(attribute.name.as_str(), "schemaLocation" | "noNamespaceSchemaLocation"),
                _ => false,
            };
            if !known && !matches!(content, Content::Signature) {
                return Err(self.error(
                    Reason::Unexpected,
                    element,
                    here.element.clone(),
                    format!("the attribute {} does not belong to {}", quoted(&attribute.name), element.name),
                    "leave it out: the schema does not have it here",
                ));
            }
        }
        Ok(())
    }

    fn push_attributes(&mut self, element: &Element, content: &Content, here: &Here) -> Result<(), ReadError> {
        for (name, segment) in attributes(content) {
            if let Some(attribute) = element.attributes.iter().find(|attribute| attribute.name == *name && attribute.namespace.is_empty()) {
                let there = Here { field: format!("{}.{segment}", here.field), element: here.element.clone() };
                self.push(element, &there, attribute.value.clone())?;
            }
        }
        Ok(())
    }

    fn push(&mut self, element: &Element, here: &Here, value: String) -> Result<(), ReadError> {
        if self.fields.len() >= FIELDS_MAX {
            return Err(self.error(
                Reason::TooLarge,
                element,
                here.element.clone(),
                format!("the certificate has more than {FIELDS_MAX} values"),
                "split the consignment over several certificates",
            ));
        }
        self.fields.push(Field { path: here.field.clone(), value });
        self.places.push((element.offset, here.element.clone()));
        Ok(())
    }

    fn only_elements(&self, element: &Element, here: &Here) -> Result<(), ReadError> {
        if element.children.is_empty() || element.text.chars().all(is_xml_space) {
            return Ok(());
        }
        let cause = format!("the text {} stands between elements", quoted(element.text.trim()));
        Err(self.error(Reason::Unexpected, element, here.element.clone(), cause, "remove it, or put it into the element it belongs to"))
    }

    fn unexpected(&self, child: &Element, parts: &[Part], here: &Here) -> ReadError {
        let path = format!("{}/{}", here.element, child.name);
        if parts.iter().any(|part| part.name == child.name) {
            let cause = format!("{} is in the namespace {}", child.name, quoted(&child.namespace));
            return self.error(
                Reason::UnknownKind,
                child,
                path,
                cause,
                format!("use the schema UN/CEFACT SPSCertificate 17A, where it is in {RAM}"),
            );
        }
        let cause = format!("the element {} does not belong here", quoted(&child.name));
        self.error(Reason::Unexpected, child, path, cause, "check its name and place against the schema UN/CEFACT SPSCertificate 17A")
    }

    fn missing(&self, at: &Element, missing: &Part, here: &Here, comes_later: bool) -> ReadError {
        if comes_later {
            let path = format!("{}/{}", here.element, at.name);
            let cause = format!("{} stands before {}", at.name, missing.name);
            return self.error(Reason::Order, at, path, cause, format!("move {} before it, as the schema orders them", missing.name));
        }
        self.error(Reason::Missing, at, here.element.clone(), format!("{} is missing", missing.name), "add it: the schema demands it here")
    }

    fn wrong(&self, element: &Element, here: &Here, wrong: WrongValue) -> ReadError {
        self.error(Reason::Value, element, here.element.clone(), wrong.cause, wrong.remedy)
    }

    fn error(&self, reason: Reason, element: &Element, path: String, cause: impl Into<String>, remedy: impl Into<String>) -> ReadError {
        ReadError::new(reason, Place::at(self.text, element.offset, path), cause, remedy)
    }
}
