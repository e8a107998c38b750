//! The messages of EU CSW-CERTEX replay: a reservation, a refused reservation over the quantity, a deletion. What they
//! ask is mapped to acts on a health entry document, and the refusals bear the numbers that TRACES answered with.
//!
//! The messages lie beside the checkout, in `../shared/standards/sps/samples/certex` (DOMAIN section 5).

use crate::acts::*;
use crate::destination::{Dossier, OfficeVerb};
use crate::document::Quantity;
use crate::key;
use crate::kinds::RecordKind;
use crate::refusal::Refusal;
use crate::standing::Verb;
use crate::story::{World, check};
use ledger::codec::Canonical;
use ledger::commitment::Seed;
use ledger::lookup::RecordKey;

const SEED: Seed = Seed::new([0xce; 16]);

/// The messages, or nothing where they do not lie beside the checkout.
fn messages() -> Option<[String; 3]> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/standards/sps/samples/certex");
    if !folder.is_dir() {
        println!("SKIPPED: ../shared/standards/sps/samples/certex is not beside this checkout");
        return None;
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some([read("reserve-request.xml"), read("reserve-refused-over-quantity-response.xml"), read("clearance-delete-request.xml")])
}

/// The texts of all elements with this name, whatever their prefix.
fn all<'a>(message: &'a str, name: &str) -> Vec<&'a str> {
    let opens = |tag: &str| tag.split([' ', '>']).next().and_then(|word| word.rsplit(':').next()) == Some(name);
    let found = message.split('<').filter(|part| !part.starts_with('/') && opens(part));
    found.filter_map(|part| part.split_once('>').map(|(_, text)| text.trim())).collect()
}

fn one<'a>(message: &'a str, name: &str) -> &'a str {
    all(message, name).first().copied().unwrap_or_else(|| panic!("no {name}"))
}

/// The parts between the elements with this name.
fn blocks<'a>(message: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    message.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap()).collect()
}

fn quantity(text: &str, unit: &str) -> Quantity {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mantissa = format!("{whole}{fraction}").parse().unwrap();
    Quantity { mantissa, scale: fraction.len() as u8, unit: Some(unit.to_owned()) }
}

/// A health entry document on four digits of the tariff, and its own member's customs.
struct Post {
    world: World,
    record: RecordKey,
    certified: Quantity,
    code: String,
    unit: String,
}

impl Post {
    fn of(certified: Quantity, code: &str, unit: &str) -> Self {
        let mut world = check("issue sps-0 by NZ class=636\npresent sps-0 by NZ");
        let act = world.act_of("issue sps-1 by NZ class=636");
        let mut issue = Issue::from_bytes(&act.body).unwrap();
        let line = &mut issue.lines[0];
        line.certified = AmountScale::of(&certified, &SEED).to_ledger(&certified);
        line.code = Some(SEED.token(1, "code", code));
        line.unit = Some(unit_token(&SEED, 1, unit));
        assert_eq!(world.submit("NZ-sps", 1, vec![issue.into_act(RecordKind::SpsCertificate)]), [None]);
        let record = world.record_key("sps-1");
        Self { world, record, certified, code: code.to_owned(), unit: unit.to_owned() }
    }

    fn scale(&self) -> AmountScale {
        AmountScale::of(&self.certified, &SEED)
    }

    fn submit(&mut self, verb: OfficeVerb, act: UseLine) -> Result<(), Refusal> {
        let act = act.into_act(RecordKind::SpsCertificate, verb);
        self.world.submit("NZ-customs", 1, vec![act]).remove(0).map_or(Ok(()), Err)
    }

    /// A `ProcessedChedRequest` with `QuantityManagementIndication` 1.
    fn reserve(&mut self, mrn: &str, item: u32, line: u32, code: &str, amount: &Quantity) -> Result<(), Refusal> {
        let declared = Declared::of(&SEED, mrn, Some(item));
        let act = UseLine {
            record_key: self.record,
            line,
            declaration: declared.named,
            amount: self.scale().to_ledger(amount),
            code: Some(declared_code_token(&SEED, line, &self.code, code)),
            unit: amount.unit.as_deref().map(|unit| unit_token(&SEED, line, unit)),
            until: None,
            of: None,
            opening: None,
            follows: None,
            whole: declared.whole,
        };
        self.submit(OfficeVerb::Reserve, act)
    }

    /// A `ChedClearanceRequest`: 01 releases the goods, so that the hold is used up; 02 deletes the hold.
    fn clear(&mut self, information: &str, mrn: &str, item: u32) -> Result<(), Refusal> {
        let verb = match information {
            "01" => OfficeVerb::Consume,
            "02" => OfficeVerb::Release,
            other => panic!("no clearance information {other}"),
        };
        let declaration = Declared::of(&SEED, mrn, Some(item)).named;
        let act = UseLine {
            record_key: self.record,
            line: 1,
            declaration,
            amount: None,
            code: None,
            unit: None,
            until: None,
            of: None,
            opening: None,
            follows: None,
            whole: None,
        };
        self.submit(verb, act)
    }

    fn available(&self) -> Quantity {
        let dossier: Dossier = self.world.entry(&key::dossier(&self.record)).unwrap_or_default();
        let certified = self.scale().to_ledger(&self.certified).unwrap();
        self.scale().from_ledger(certified - dossier.line(1).taken(), Some(&self.unit)).unwrap()
    }
}

#[test]
fn the_messages_of_certex_replay() {
    let Some([request, response, delete]) = messages() else { return };
    // What the certificate was for: what is available, and what is consumed.
    let summary = blocks(&response, "AvailableQuantity")[0];
    let (unit, code) = (one(summary, "UnitOfMeasure"), one(summary, "HarmonizedSystemSubheadingcode"));
    let available = quantity(one(summary, "Quantity"), unit);
    let consumed = blocks(&response, "ConsumedQuantity");
    let mut post = Post::of(quantity("1000", unit), code, unit);

    // Each write-off that the response lists, in its order. The request's own declaration is amended before it is used.
    assert_eq!(consumed.len(), 2);
    let requested = one(&request, "MRN");
    for used in consumed {
        let (mrn, item): (&str, u32) = (one(used, "MRN"), one(used, "GoodsItemNumber").parse().unwrap());
        let amount = quantity(one(used, "Quantity"), one(used, "UnitOfMeasure"));
        let code = one(used, "HarmonizedSystemSubheadingcode");
        if mrn == requested {
            let asked = quantity(one(&request, "NetWeightQuantity"), one(&request, "NetWeightUnitOfMeasure"));
            let line = one(&request, "CertificateLineNumber").parse().unwrap();
            let item = one(&request, "GoodsItemNumber").parse().unwrap();
            assert_eq!(one(&request, "QuantityManagementIndication"), "1");
            assert_eq!(post.reserve(requested, item, line, one(&request, "ClassCode"), &asked), Ok(()));
        }
        assert_eq!(post.reserve(mrn, item, 1, code, &amount), Ok(()));
        assert_eq!(post.clear("01", mrn, item), Ok(()));
    }
    assert_eq!(post.available(), available, "as the response says");

    // The reservation over the quantity, refused with the response's own number.
    let deleted = one(&delete, "CustomsDocumentReference");
    let over = Quantity { mantissa: available.mantissa + 1, ..available.clone() };
    let refused = post.reserve(deleted, 1, 1, "040100", &over).unwrap_err();
    assert_eq!(one(&response, "ReservationResult"), "0");
    assert_eq!(refused.certex(), one(&response, "ReservationFailureReason").parse().ok());
    assert_eq!(post.available(), available);

    // Not as CERTEX: a hold survives its refused change, and is then deleted as the third message asks.
    assert_eq!(post.reserve(deleted, 1, 1, "040100", &available), Ok(()));
    assert_eq!(post.reserve(deleted, 1, 1, "040100", &over).unwrap_err().certex(), Some(5));
    assert_eq!(post.available(), quantity("0", unit));
    assert_eq!(post.clear(one(&delete, "GoodsClearanceInformation"), deleted, 1), Ok(()));
    assert_eq!(post.available(), available);

    // After consumption: a second release, a deletion and another reservation are refused.
    for again in ["01", "02"] {
        assert_eq!(post.clear(again, requested, 1).unwrap_err().certex(), Some(6));
    }
    assert_eq!(post.reserve(requested, 1, 1, "040100", &quantity("0.001", unit)).unwrap_err().certex(), Some(6));
}

#[test]
fn every_number_of_certex_is_answered_with() {
    let mut post = Post::of(quantity("10", "KGM"), "0401", "KGM");
    let kilo = quantity("1.5", "KGM");
    assert_eq!(post.reserve("26XI1", 1, 1, "04021000", &kilo).unwrap_err().certex(), Some(3));
    assert_eq!(post.reserve("26XI1", 1, 1, "04010000", &quantity("10.001", "KGM")).unwrap_err().certex(), Some(5));
    assert_eq!(post.reserve("26XI1", 1, 2, "04010000", &kilo).unwrap_err().certex(), Some(7));
    assert_eq!(post.reserve("26XI1", 1, 1, "04010000", &quantity("0.001", "TNE")).unwrap_err().certex(), Some(10));
    assert_eq!(post.reserve("26XI1", 1, 1, "04010000", &kilo), Ok(()));
    assert_eq!(post.available(), quantity("8.5", "KGM"));
    assert_eq!(post.clear("01", "26XI1", 1), Ok(()));
    assert_eq!(post.reserve("26XI1", 1, 1, "04010000", &kilo).unwrap_err().certex(), Some(6));
    assert_eq!(post.reserve("26XI1", 2, 1, "0401", &kilo), Ok(()), "another goods item of the same declaration");
    post.world.tell("withdraw sps-1 by NZ");
    assert_eq!(post.reserve("26XI2", 1, 1, "04010000", &kilo).unwrap_err().certex(), Some(4));
    assert_eq!(post.world.standing("sps-1").acts[0].verb, Verb::Withdraw);
}
