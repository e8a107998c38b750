//! What holds for SPS certificates alone.

use super::{DOCUMENT_TYPES, PHYTOSANITARY, RE_EXPORT, SpsTerms, message};
use crate::acts::{DocumentError, Issue, is_issued};
use crate::context::Context;
use crate::destination::OfficeVerb;
use crate::document::json::Json;
use crate::document::{CodedStatus, Document, ReadError, SPS_STATUS_LIST};
use crate::kinds::{AllowedAct, RecordKind, Rules};
use crate::refusal::{Refusal, ensure};
use crate::standing::{Flags, Standing, Verb};
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::Seed;

/// The rules of SPS certificates.
pub struct SpsCertificate;

impl Rules for SpsCertificate {
    fn word(&self) -> &'static str {
        "sps"
    }

    fn article(&self) -> &'static str {
        "an"
    }

    fn form(&self) -> &'static str {
        message::TYPE
    }

    fn read(&self, root: &Json) -> Result<Document, ReadError> {
        message::read_form(root)
    }

    fn read_xml(&self, text: &str) -> Option<Result<Document, ReadError>> {
        Some(message::read(text))
    }

    fn example(&self) -> &'static str {
        include_str!("examples/cl-sg-sps.json")
    }

    fn terms_of(&self, document: &Document, _: &Seed) -> Result<Option<Bytes>, DocumentError> {
        is_issued(document, SPS_STATUS_LIST, "70")?;
        names_its_original(document)?;
        Ok(Some(SpsTerms::ISSUED.to_bytes().into()))
    }

    // Source: DOMAIN section 2.2, `sps-certificate-status.csv`.
    fn status_after(&self, verb: Verb) -> Option<CodedStatus> {
        let code = match verb {
            Verb::Issue => "70",
            Verb::Withdraw => "40",
            Verb::Replace => "44",
            Verb::Refuse => "41",
            Verb::Cancel => "64",
            _ => return None,
        };
        Some(CodedStatus { list: SPS_STATUS_LIST, code: code.to_owned() })
    }

    fn status_of_draft(&self, standing: &Standing) -> Option<CodedStatus> {
        let stated = SpsTerms::read(standing.terms.as_deref()?).ok()?;
        Some(CodedStatus { list: SPS_STATUS_LIST, code: stated.status_code.to_string() })
    }

    fn status_there(&self, verb: OfficeVerb) -> Option<CodedStatus> {
        let code = match verb {
            OfficeVerb::Accept => "39",
            OfficeVerb::Reject => "41",
            _ => return None,
        };
        Some(CodedStatus { list: SPS_STATUS_LIST, code: code.to_owned() })
    }

    fn draft_terms_of(&self, document: &Document) -> Result<Option<Bytes>, DocumentError> {
        let stated = document.status.as_ref();
        let terms = stated.filter(|status| status.list == SPS_STATUS_LIST).and_then(|status| {
            let terms = SpsTerms { status_list: SpsTerms::ISSUED.status_list, status_code: status.code.parse().ok()? };
            Some(terms).filter(|terms| terms.is_draft())
        });
        let status = || stated.map_or_else(|| "not stated".to_owned(), |status| format!("{} of list {}", status.code, status.list));
        let terms = terms.ok_or_else(|| DocumentError::NotADraft(status()))?;
        names_its_original(document)?;
        Ok(Some(terms.to_bytes().into()))
    }

    /// Source: DOMAIN section 2.1.
    fn classes(&self) -> Option<&'static [&'static str]> {
        Some(&DOCUMENT_TYPES)
    }

    /// Source: DOMAIN section 2.5: ISSUED becomes REPLACED (44) or WITHDRAWN (40), and nothing else; before that, a draft
    /// is cancelled by the applicant (64) or refused by the issuer (41).
    fn acts(&self) -> &'static [AllowedAct] {
        const {
            &[
                AllowedAct::in_force(Verb::Draft),
                AllowedAct::in_force(Verb::Withdraw),
                AllowedAct::in_force(Verb::Reaffirm).and_replaced(),
                AllowedAct::TAKE_BACK,
                AllowedAct::SHARE,
                AllowedAct::on_draft(Verb::Cancel),
                AllowedAct::on_draft(Verb::Refuse),
            ]
        }
    }

    fn is_draft(&self, issue: &Issue) -> bool {
        issue.terms.as_ref().and_then(|terms| SpsTerms::read(terms).ok()).is_some_and(SpsTerms::is_draft)
    }

    /// Source: DOMAIN sections 2.5 and 5.
    fn office_acts(&self) -> &'static [OfficeVerb] {
        use OfficeVerb::*;
        &[
            Present,
            Acknowledge,
            Accept,
            Reject,
            AcceptPartially,
            Ask,
            ExtendDeadline,
            CloseQuestion,
            Reserve,
            Consume,
            Release,
            Expire,
            Answer,
        ]
    }

    /// Source: DOMAIN section 2.3: the same goods travel on.
    fn goes_on_with_its_base(&self, _: Flags, class: Option<&str>) -> bool {
        class == Some(RE_EXPORT)
    }

    /// 636, the health entry document (TRACES: CHED): the border post of entry makes it, and the customs of the same
    /// member writes it off. Source: DOMAIN sections 2.1 and 5.
    fn is_used_at_home(&self, class: Option<&str>) -> bool {
        class == Some("636")
    }

    /// Source: DOMAIN section 2.3: the re-exporting office has seen the goods, and only it can say whether they are still fit.
    fn is_only_doubtful_without_base(&self, _: &Standing) -> bool {
        true
    }

    /// Source: DOMAIN sections 2.1, 2.2 and 2.3.
    fn may_issue(&self, issue: &Issue, bases: &[Standing], _: &Context<'_>) -> Result<(), Refusal> {
        let document_type = issue.class.as_deref().ok_or(Refusal::ClassMissing)?;
        ensure(DOCUMENT_TYPES.contains(&document_type), Refusal::UnknownDocumentType)?;
        let terms = issue.terms.as_ref().ok_or(Refusal::TermsMissing)?;
        let terms = SpsTerms::read(terms).map_err(|_| Refusal::TermsNotInForm)?;
        ensure(terms == SpsTerms::ISSUED || terms.is_draft(), Refusal::StatusNotIssued)?;
        ensure(!issue.lines.is_empty(), Refusal::NoGoods)?;
        ensure(issue.flags == Flags::NONE, Refusal::FlagsNotOfThisKind)?;
        // A re-export certificate is a new certificate of another country on top of an older one of plants.
        ensure(document_type != RE_EXPORT || !issue.bases.is_empty(), Refusal::ReExportWithoutBase)?;
        ensure(bases.iter().all(|base| base.kind == RecordKind::SpsCertificate), Refusal::BaseOfAnotherType)?;
        let of_plants = |base: &Standing| base.class.as_deref().is_some_and(|class| [PHYTOSANITARY, RE_EXPORT].contains(&class));
        ensure(document_type != RE_EXPORT || bases.iter().all(of_plants), Refusal::BaseOfAnotherType)?;
        ensure(document_type != RE_EXPORT || bases.iter().all(|base| base.country != issue.country), Refusal::BaseOfOwnParty)
    }

    #[cfg(test)]
    fn told(&self, words: &crate::story::Words<'_>) -> crate::story::Told {
        super::tests::told(words)
    }
}

/// The rules say so as well ([`Refusal::ReExportWithoutBase`]), and do not know where a document names it.
fn names_its_original(document: &Document) -> Result<(), DocumentError> {
    let is_re_export = document.class.as_deref() == Some(RE_EXPORT);
    if is_re_export && document.bases.is_empty() { Err(DocumentError::NoOriginal) } else { Ok(()) }
}
