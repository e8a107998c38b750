//! XML into a small tree, strictly and within limits: XML 1.0 (fifth edition) with namespaces, UTF-8 only.
//!
//! Refused: every DOCTYPE (so there are no entities, internal or external, and nothing is ever fetched), references
//! other than `&amp; &lt; &gt; &apos; &quot;` and character references, undeclared prefixes, and whatever exceeds a limit.

use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use super::{DEPTH_MAX, DOCUMENT_BYTES_MAX, Place, ReadError, Reason, quoted};

/// The most attributes of one element, namespace declarations included.
pub(crate) const ATTRIBUTES_MAX: usize = 64;
/// The most bytes of the text of one element: 1 MiB.
pub(crate) const TEXT_BYTES_MAX: usize = 1 << 20;
/// The most bytes of one attribute: 4 KiB.
pub(crate) const ATTRIBUTE_BYTES_MAX: usize = 4 << 10;
/// The most elements of a document.
pub(crate) const ELEMENTS_MAX: usize = 32_768;
/// The most namespace declarations in force at one place.
pub(crate) const BINDINGS_MAX: usize = 256;

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
/// Namespace of XML signatures (XMLDSig), whose elements are kept as they are written.
const SIGNATURE_NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// One element with all that stands in it.
#[derive(Debug)]
pub(crate) struct Element {
    /// The namespace name; empty for none.
    pub namespace: Rc<str>,
    /// The name without its prefix.
    pub name: String,
    /// The attributes, namespace declarations left out.
    pub attributes: Vec<Attribute>,
    /// The elements inside.
    pub children: Vec<Element>,
    /// All text directly inside, references resolved, line ends as `\n`.
    pub text: String,
    /// Where its `<` stands in the document, in bytes.
    pub offset: usize,
    /// An XML signature exactly as written; its children are then not kept.
    pub verbatim: Option<String>,
}

/// One attribute.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// The namespace name; empty for none.
    pub namespace: Rc<str>,
    /// The name without its prefix.
    pub name: String,
    /// The value, references resolved.
    pub value: String,
}

/// Reads one document and nothing after it; a byte order mark is already taken away.
pub(crate) fn parse(text: &str) -> Result<Element, ReadError> {
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err(ReadError::new(
            Reason::TooLarge,
            Place::default(),
            format!("the document has {} bytes", text.len()),
            format!("documents have at most {DOCUMENT_BYTES_MAX} bytes; leave attachments out"),
        ));
    }
    Parser { text, open: Vec::new(), bindings: Vec::new(), elements: 0, root: None }.run()
}

struct Parser<'t> {
    text: &'t str,
    open: Vec<Open>,
    bindings: Vec<(String, Rc<str>)>,
    elements: usize,
    root: Option<Element>,
}

/// An element whose end is still to come.
struct Open {
    element: Element,
    /// How many bindings were in force before it.
    bindings_before: usize,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Element, ReadError> {
        self.check_characters()?;
        let mut reader = Reader::from_str(self.text);
        let config = reader.config_mut();
        config.check_comments = true;
        config.check_end_names = true;
        loop {
            let start = offset_of(reader.buffer_position());
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(Event::Start(tag)) => self.start(&tag, start)?,
                Ok(Event::Empty(tag)) => {
                    self.start(&tag, start)?;
                    self.end(offset_of(reader.buffer_position()));
                }
                Ok(Event::End(_)) => self.end(offset_of(reader.buffer_position())),
                Ok(Event::Text(text)) => {
                    let text = text.xml10_content().map_err(|error| self.broken(start, error.to_string()))?;
                    if text.contains("]]>") {
                        return Err(self.broken(start, "the text holds ']]>'"));
                    }
                    self.text_part(&text, start)?;
                }
                Ok(Event::CData(data)) => {
                    if self.open.is_empty() {
                        return Err(self.broken(start, "a CDATA section stands outside the root element"));
                    }
                    let text = data.xml10_content().map_err(|error| self.broken(start, error.to_string()))?;
                    self.text_part(&text, start)?;
                }
                Ok(Event::GeneralRef(reference)) => {
                    let name = reference.decode().map_err(|error| self.broken(start, error.to_string()))?;
                    let character = self.resolve(&name, start)?;
                    if self.open.is_empty() {
                        return Err(self.broken(start, "a reference stands outside the root element"));
                    }
                    self.text_part(character.encode_utf8(&mut [0; 4]), start)?;
                }
                Ok(Event::Decl(declaration)) => self.declaration(&declaration, start)?,
                Ok(Event::DocType(_)) => return Err(self.doctype(start)),
                Ok(Event::PI(instruction)) => {
                    let target = String::from_utf8_lossy(instruction.target());
                    if target.eq_ignore_ascii_case("xml") || !is_name(&target) {
                        return Err(self.broken(start, format!("a processing instruction cannot be called {}", quoted(&target))));
                    }
                }
                Ok(Event::Comment(_)) => {}
                Err(error) => return Err(self.broken(start.max(offset_of(reader.error_position())), error.to_string())),
            }
        }
        if let Some(open) = self.open.last() {
            let name = open.element.name.clone();
            return Err(self.broken(self.text.len(), format!("the document ends inside the element {name}")));
        }
        match self.root.take() {
            Some(root) => Ok(root),
            None => Err(self.broken(self.text.len(), "the document has no element")),
        }
    }

    /// XML 1.0, production 2: what may stand in a document at all.
    fn check_characters(&self) -> Result<(), ReadError> {
        match self.text.char_indices().find(|(_, character)| !is_xml_character(*character)) {
            None => Ok(()),
            Some((offset, character)) => {
                Err(self.broken(offset, format!("the character U+{:04X} is not allowed in XML", u32::from(character))))
            }
        }
    }

    fn declaration(&self, declaration: &BytesDecl<'_>, start: usize) -> Result<(), ReadError> {
        if start != 0 {
            return Err(self.broken(start, "an XML declaration stands inside the document"));
        }
        // XML 1.0, production 23, taken by hand: the reader underneath passes over what it does not know.
        let text = String::from_utf8_lossy(declaration);
        let mut rest = text.strip_prefix("xml").unwrap_or_default();
        let (version, encoding, standalone) =
            (pseudo_attribute(&mut rest, "version"), pseudo_attribute(&mut rest, "encoding"), pseudo_attribute(&mut rest, "standalone"));
        if version != Some("1.0") || !matches!(standalone, None | Some("yes" | "no")) || !rest.chars().all(is_xml_space) {
            return Err(self.broken(start, format!("the XML declaration is {}", quoted(&text))));
        }
        match encoding {
            Some(name) if !name.eq_ignore_ascii_case("utf-8") => Err(self.error(
                Reason::Encoding,
                start,
                format!("the document declares the encoding {}", quoted(name)),
                "send the document in UTF-8",
            )),
            _ => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<(), ReadError> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.broken(start, "a second element stands behind the root element"));
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(self.error(
                Reason::TooDeep,
                start,
                format!("elements stand inside each other more than {DEPTH_MAX} deep"),
                "send a document of the schema, which is less than 20 deep",
            ));
        }
        self.elements = self.elements.saturating_add(1);
        if self.elements > ELEMENTS_MAX {
            return Err(self.error(
                Reason::TooLarge,
                start,
                format!("the document has more than {ELEMENTS_MAX} elements"),
                "split the consignment over several certificates",
            ));
        }
        let (prefix, name) = self.split_name(tag.name().as_ref(), start)?;
        let bindings_before = self.bindings.len();
        let raw = self.attributes(tag, start)?;
        for (prefix, name, value) in &raw {
            self.bind(prefix, name, value, start)?;
        }
        let mut attributes: Vec<Attribute> = Vec::new();
        for (prefix, name, value) in raw {
            if prefix == "xmlns" || (prefix.is_empty() && name == "xmlns") {
                continue;
            }
            // The default namespace does not apply to attributes (Namespaces in XML, section 6.2).
            let namespace = if prefix.is_empty() { Rc::from("") } else { self.namespace_of(&prefix, start)? };
            if attributes.iter().any(|other| other.name == name && other.namespace == namespace) {
                return Err(self.broken(start, format!("the attribute {} stands twice", quoted(&name))));
            }
            attributes.push(Attribute { namespace, name, value });
        }
        let namespace = self.namespace_of(&prefix, start)?;
        let element = Element { namespace, name, attributes, children: Vec::new(), text: String::new(), offset: start, verbatim: None };
        self.open.push(Open { element, bindings_before });
        Ok(())
    }

    fn end(&mut self, end: usize) {
        // The reader has matched the end tag with its start tag, so an element is open.
        let Some(Open { mut element, bindings_before }) = self.open.pop() else { return };
        self.bindings.truncate(bindings_before);
        if &*element.namespace == SIGNATURE_NAMESPACE && element.name == "Signature" {
            element.verbatim = self.text.get(element.offset..end).map(str::to_owned);
            element.children.clear();
        }
        match self.open.last_mut() {
            Some(parent) => parent.element.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text_part(&mut self, part: &str, start: usize) -> Result<(), ReadError> {
        let Some(open) = self.open.last_mut() else {
            return if part.chars().all(is_xml_space) { Ok(()) } else { Err(self.broken(start, "text stands outside the root element")) };
        };
        if open.element.text.len().saturating_add(part.len()) > TEXT_BYTES_MAX {
            return Err(self.error(
                Reason::TooLarge,
                start,
                format!("the text of one element has more than {TEXT_BYTES_MAX} bytes"),
                "leave large attachments out and name them by reference",
            ));
        }
        open.element.text.push_str(part);
        Ok(())
    }

    /// The attributes of a tag as prefix, name and value, in their order.
    fn attributes(&self, tag: &BytesStart<'_>, start: usize) -> Result<Vec<(String, String, String)>, ReadError> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| self.broken(start, error.to_string()))?;
            if attributes.len() >= ATTRIBUTES_MAX {
                return Err(self.error(
                    Reason::TooLarge,
                    start,
                    format!("an element has more than {ATTRIBUTES_MAX} attributes"),
                    "send a document of the schema",
                ));
            }
            if attribute.value.len() > ATTRIBUTE_BYTES_MAX {
                return Err(self.error(
                    Reason::TooLarge,
                    start,
                    format!("an attribute has more than {ATTRIBUTE_BYTES_MAX} bytes"),
                    "send a document of the schema",
                ));
            }
            let (prefix, name) = self.split_name(attribute.key.as_ref(), start)?;
            let raw = String::from_utf8_lossy(&attribute.value);
            attributes.push((prefix, name, self.attribute_value(&raw, start)?));
        }
        Ok(attributes)
    }

    /// An attribute's value with its references resolved and its white space as spaces (XML 1.0, section 3.3.3).
    fn attribute_value(&self, raw: &str, start: usize) -> Result<String, ReadError> {
        if raw.contains('<') {
            return Err(self.broken(start, "an attribute holds '<'"));
        }
        let spaced = raw.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
        let mut value = String::with_capacity(spaced.len());
        let mut rest = spaced.as_str();
        while let Some((before, after)) = rest.split_once('&') {
            value.push_str(before);
            let (name, after) =
                after.split_once(';').ok_or_else(|| self.broken(start, "an attribute holds '&' without a ';' behind it"))?;
            value.push(self.resolve(name, start)?);
            rest = after;
        }
        value.push_str(rest);
        Ok(value)
    }

    /// The character that `&name;` stands for.
    fn resolve(&self, name: &str, start: usize) -> Result<char, ReadError> {
        let number = match name.strip_prefix('#') {
            Some(number) => number,
            None => {
                return match name {
                    "amp" => Ok('&'),
                    "lt" => Ok('<'),
                    "gt" => Ok('>'),
                    "apos" => Ok('\''),
                    "quot" => Ok('"'),
                    _ => Err(self.error(
                        Reason::Entity,
                        start,
                        format!("the entity {} is referred to", quoted(name)),
                        "write the character itself, or a character reference such as &#233;",
                    )),
                };
            }
        };
        let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
        let character = if digits.chars().all(|digit| digit.is_digit(radix)) {
            u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)
        } else {
            None
        };
        character
            .filter(|character| is_xml_character(*character))
            .ok_or_else(|| self.broken(start, format!("the character reference {} names no character of XML", quoted(name))))
    }

    /// Splits a qualified name into prefix (empty for none) and local name.
    fn split_name(&self, name: &[u8], start: usize) -> Result<(String, String), ReadError> {
        let name = String::from_utf8_lossy(name);
        let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
        if !is_name(local) || (name.contains(':') && !is_name(prefix)) {
            return Err(self.broken(start, format!("{} is not a name", quoted(&name))));
        }
        Ok((prefix.to_owned(), local.to_owned()))
    }

    /// Takes a namespace declaration into force; other attributes are passed over.
    fn bind(&mut self, prefix: &str, name: &str, value: &str, start: usize) -> Result<(), ReadError> {
        let declared = match (prefix, name) {
            ("xmlns", declared) => declared,
            ("", "xmlns") => "",
            _ => return Ok(()),
        };
        let reserved = declared == "xmlns" || value == XMLNS_NAMESPACE || (declared == "xml") != (value == XML_NAMESPACE);
        if reserved || (!declared.is_empty() && value.is_empty()) {
            return Err(self.broken(start, format!("the prefix {} cannot be declared as {}", quoted(declared), quoted(value))));
        }
        if self.bindings.len() >= BINDINGS_MAX {
            return Err(self.error(
                Reason::TooLarge,
                start,
                format!("more than {BINDINGS_MAX} namespaces are declared at one place"),
                "declare each namespace once, at the root",
            ));
        }
        self.bindings.push((declared.to_owned(), Rc::from(value)));
        Ok(())
    }

    fn namespace_of(&self, prefix: &str, start: usize) -> Result<Rc<str>, ReadError> {
        if prefix == "xml" {
            return Ok(Rc::from(XML_NAMESPACE));
        }
        match self.bindings.iter().rev().find(|(bound, _)| bound == prefix) {
            Some((_, namespace)) => Ok(Rc::clone(namespace)),
            None if prefix.is_empty() => Ok(Rc::from("")),
            None => Err(self.error(
                Reason::UnboundPrefix,
                start,
                format!("the prefix {} is not declared", quoted(prefix)),
                format!("declare it at the root element with xmlns:{}", if is_name(prefix) { prefix } else { "prefix" }),
            )),
        }
    }

    fn doctype(&self, start: usize) -> ReadError {
        self.error(
            Reason::Doctype,
            start,
            "the document has a DOCTYPE",
            "send it without one: document types and the entities they define are never read",
        )
    }

    fn broken(&self, offset: usize, cause: impl Into<String>) -> ReadError {
        let cause = super::escape_for_terminal(&cause.into()).into_owned();
        self.error(
            Reason::NotWellFormed,
            offset,
            format!("not well-formed XML: {cause}"),
            "send the file as the issuing system wrote it, whole and unchanged",
        )
    }

    fn error(&self, reason: Reason, offset: usize, cause: impl Into<String>, remedy: impl Into<String>) -> ReadError {
        let path: Vec<&str> = self.open.iter().map(|open| open.element.name.as_str()).collect();
        ReadError::new(reason, Place::at(self.text, offset, path.join("/")), cause, remedy)
    }
}

/// Takes ` name="value"` from the front of an XML declaration, if it stands there.
fn pseudo_attribute<'t>(rest: &mut &'t str, name: &str) -> Option<&'t str> {
    let after_space = rest.trim_start_matches(is_xml_space);
    if after_space.len() == rest.len() {
        return None;
    }
    let quoted = after_space.strip_prefix(name)?.trim_start_matches(is_xml_space).strip_prefix('=')?.trim_start_matches(is_xml_space);
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, behind) = quoted.strip_prefix(quote)?.split_once(quote)?;
    *rest = behind;
    Some(value)
}

/// White space of XML: space, tab, line feed, carriage return.
pub(crate) fn is_xml_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A name without a colon: letters, digits, `.`, `-`, `_`, not beginning with a digit, `.` or `-`.
fn is_name(name: &str) -> bool {
    let is_start = |character: char| character.is_alphabetic() || character == '_';
    name.chars().next().is_some_and(is_start)
        && name.chars().all(|character| {
            is_start(character) || character.is_numeric() || matches!(character, '.' | '-' | '\u{b7}' | '\u{300}'..='\u{36f}')
        })
}

fn offset_of(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
