//! What holds for certificates of origin alone.

use super::{OriginTerms, message, recognition};
use crate::acts::{DocumentError, Issue};
use crate::context::{Context, Known};
use crate::destination::OfficeVerb;
use crate::document::json::Json;
use crate::document::{Document, ReadError};
use crate::kinds::{AllowedAct, Others, RecordKind, Rules};
use crate::refusal::{Refusal, ensure};
use crate::registry::AgreementTerms;
use crate::standing::{Flags, Standing, Verb};
use crate::verdict::{Base, Case, Recognised, Said, Term};
use ledger::codec::{Bytes, Canonical};
use ledger::commitment::Seed;
use ledger::time::CalendarDate;

/// The rules of certificates of origin.
pub struct CertificateOfOrigin;

impl Rules for CertificateOfOrigin {
    fn word(&self) -> &'static str {
        "origin"
    }

    fn form(&self) -> &'static str {
        message::TYPE
    }

    fn read(&self, root: &Json) -> Result<Document, ReadError> {
        message::read(root)
    }

    fn example(&self) -> &'static str {
        include_str!("examples/cl-cn-origin.json")
    }

    fn terms_of(&self, document: &Document, seed: &Seed) -> Result<Option<Bytes>, DocumentError> {
        Ok(Some(OriginTerms::of_document(document, seed)?.to_bytes().into()))
    }

    /// A correction leaves who trades what under which rule since when. Source: DOMAIN section 3.3; RCEP 3.17.5.
    fn may_differ(&self, verb: Verb, path: &str) -> bool {
        const CERTIFICATION: &str = "certification.";
        const CORRECTABLE: [&str; 8] = [
            "transport.",
            "items[].marks",
            "items[].description",
            "items[].packages.",
            "invoices[].",
            "remarks[]",
            CERTIFICATION,
            "declaration.",
        ];
        match verb {
            Verb::CertifyCopy => path == "flags.certified_copy" || path.starts_with(CERTIFICATION),
            Verb::Correct => {
                let party = ["exporter", "importer", "producer", "third_party"].into_iter().find_map(|party| path.strip_prefix(party));
                let is_dated = ["transport.departure_date", "declaration.date"].contains(&path);
                !is_dated
                    && (CORRECTABLE.iter().any(|part| path.starts_with(part))
                        || party.is_some_and(|rest| [".name", ".address"].contains(&rest)))
            }
            _ => false,
        }
    }

    /// An invoice and the exporter's word come before the certificate.
    fn doubts(&self, document: &Document) -> Vec<String> {
        let date = |path: &str| document.value(path).and_then(CalendarDate::parse);
        let (issued, certified) = (document.issue_date.date, date("certification.date"));
        let invoices = (1..).map(|index| format!("invoices[{index}].date")).map_while(|path| Some((date(&path)?, path)));
        let later = invoices.filter(|(date, _)| *date > issued);
        let mut doubts: Vec<String> = later.map(|(date, path)| format!("{path} is {date}, after the date of issue {issued}")).collect();
        if let (Some(completed), Some(certified)) = (date("declaration.date"), certified)
            && completed > certified
        {
            doubts.push(format!("the exporter completed it on {completed} (declaration.date), after its certification on {certified}"));
        }
        doubts
    }

    fn goes_on_with_its_base(&self, flags: Flags, _: Option<&str>) -> bool {
        flags.has(Flags::BACK_TO_BACK)
    }

    /// Source: DOMAIN section 3.2: unique per issuing body.
    fn numbers_are_the_authoritys(&self) -> bool {
        true
    }

    /// Source: DOMAIN section 3.1.
    fn has_declarations(&self) -> bool {
        true
    }

    fn authorisation_of(&self, terms: &Bytes) -> Option<String> {
        OriginTerms::from_bytes(terms).ok().and_then(|terms| terms.authorisation)
    }

    /// Source: DOMAIN section 3.4. Revoked means found not originating, and may hit past use, so that a certificate which
    /// was replaced can still be revoked. Cancelled means unused, at the exporter's request. A certified copy and a correction
    /// are other forms of the same certificate. There is no suspension: doubt about origin is the importing side's
    /// verification. There is no annulment: the effect back to the issue is a revocation dated so.
    fn acts(&self) -> &'static [AllowedAct] {
        const {
            &[
                AllowedAct::in_force(Verb::Revoke).and_replaced(),
                AllowedAct::in_force(Verb::Cancel),
                AllowedAct::in_force(Verb::CertifyCopy),
                AllowedAct::in_force(Verb::Correct),
                AllowedAct::in_force(Verb::Reaffirm).and_replaced(),
                AllowedAct::TAKE_BACK,
                AllowedAct::SHARE,
            ]
        }
    }

    /// Source: DOMAIN sections 3.3, 3.4 and 5.
    fn office_acts(&self) -> &'static [OfficeVerb] {
        use OfficeVerb::*;
        &[Present, GrantPreference, DenyPreference, Ask, ExtendDeadline, CloseQuestion, Reserve, Consume, Release, Expire, Answer]
    }

    fn is_under_agreement(&self) -> bool {
        true
    }

    /// Source: DOMAIN sections 3.2 and 3.3.
    fn may_issue(&self, issue: &Issue, bases: &[Standing], ctx: &Context<'_>) -> Result<(), Refusal> {
        ensure(!issue.lines.is_empty(), Refusal::NoGoods)?;
        let terms = OriginTerms::of(issue.terms.as_ref()).ok_or(Refusal::TermsNotInForm)?;
        ensure(terms.is_in_form(), Refusal::TermsNotInForm)?;
        // An agreement may count the validity from it.
        ensure(terms.completed.is_none_or(|completed| completed <= ctx.block.latest_date()), Refusal::DatedInTheFuture)?;
        // It bears the number of its original, and gives no second right. Source: DOMAIN section 3.3.
        ensure(!issue.flags.has(Flags::CERTIFIED_COPY), Refusal::CopyOfNoCertificate)?;
        within_authorisation(issue, &terms, ctx)?;
        rests_on(issue, &terms, bases, ctx)?;
        ctx.agreement.map_or(Ok(()), |agreement| under_agreement(issue, &terms, agreement))
    }

    fn mended_by(&self, refusal: Refusal, issue: &Issue, ctx: &Context<'_>) -> Option<String> {
        let (terms, agreement) = (OriginTerms::of(issue.terms.as_ref())?, ctx.agreement?);
        mended_by(refusal, issue, &terms, agreement)
    }

    /// Source: DOMAIN sections 3.3 and 3.4.
    fn may_change(&self, verb: Verb, others: &Others, ctx: &Context<'_>) -> Result<(), Refusal> {
        match verb {
            Verb::Cancel => ensure(!others.touched_it(), Refusal::PresentedOrUsed),
            Verb::CertifyCopy => ensure(ctx.agreement.is_none_or(|agreement| agreement.copies), Refusal::NoCopies),
            _ => Ok(()),
        }
    }

    /// Source: DOMAIN sections 3.3 and 6.
    fn recognised(&self, case: &Case<'_>) -> Result<Recognised, Said> {
        recognition::authorised(case)?;
        recognition::recognised(case)
    }

    /// Source: DOMAIN section 3.3: presentation has to lie within the validity.
    fn term(&self, case: &Case<'_>) -> Term {
        recognition::term(case)
    }

    fn late_lines(&self, case: &Case<'_>) -> Vec<u32> {
        recognition::late_lines(case)
    }

    /// Source: DOMAIN section 3.3: the earlier of what the document and what the agreement says.
    fn last_day(&self, standing: &Standing, agreement: Option<&AgreementTerms>) -> Option<CalendarDate> {
        recognition::last_day_of(standing, agreement)
    }

    fn may_carry(&self, base: &Base<'_>) -> Result<(), Said> {
        recognition::may_carry(base)
    }

    /// Source: DOMAIN section 3.3, cumulation: without a supplier's certificate the goods may still originate, by another
    /// input or within de minimis; a back-to-back certificate has nothing else to stand on.
    fn is_only_doubtful_without_base(&self, standing: &Standing) -> bool {
        OriginTerms::of_standing(standing).cumulates && !standing.flags.has(Flags::BACK_TO_BACK)
    }

    fn flags(&self, case: &Case<'_>, flags: &mut Vec<String>) {
        recognition::flags(case, flags);
    }

    #[cfg(test)]
    fn told(&self, words: &crate::story::Words<'_>) -> crate::story::Told {
        super::tests::told(words)
    }
}

/// An approved exporter's scope is for declarations under its number, on the date of issue and today; every other scope
/// is for certificates.
fn within_authorisation(issue: &Issue, terms: &OriginTerms, ctx: &Context<'_>) -> Result<(), Refusal> {
    let (class, number) = (issue.class.as_deref(), terms.authorisation.as_deref());
    for date in [issue.issue_date, ctx.block.date().max(issue.issue_date)] {
        let kind = RecordKind::CertificateOfOrigin;
        ensure(ctx.authority.is_authorised(kind, class, number, date, Known::Now), Refusal::DeclarationOutOfScope)?;
    }
    Ok(())
}

/// What it rests on: the original of a back-to-back certificate, or suppliers' certificates where inputs are cumulated.
fn rests_on(issue: &Issue, terms: &OriginTerms, bases: &[Standing], ctx: &Context<'_>) -> Result<(), Refusal> {
    ensure(bases.iter().all(|base| base.kind == RecordKind::CertificateOfOrigin), Refusal::BaseNotOfThisKind)?;
    if !issue.flags.has(Flags::BACK_TO_BACK) {
        return ensure(issue.bases.is_empty() || terms.cumulates, Refusal::BaseNotOfThisKind);
    }
    ensure(!issue.bases.is_empty(), Refusal::BaseMissing)?;
    for base in bases {
        ensure(base.class == issue.class, Refusal::BaseOfAnotherAgreement)?;
        ensure(!is_of_one_party(issue, base, ctx), Refusal::BaseOfOwnParty)?;
        // The agreement's rule ends a certificate that states no end itself.
        let own = ctx.agreement.and_then(|agreement| terms.last_day(agreement, issue.issue_date));
        let until = issue.valid_until.or(own);
        let last = recognition::last_day_of(base, ctx.agreement);
        ensure(last.is_none_or(|last| until.is_some_and(|until| until <= last)), Refusal::OutlivesItsBase)?;
    }
    Ok(())
}

/// Whether both are of one party of their agreement: of one country, or of countries for which one union is the party.
fn is_of_one_party(issue: &Issue, base: &Standing, ctx: &Context<'_>) -> bool {
    let by_itself = |country| ctx.agreement.is_some_and(|agreement| agreement.parties.binary_search(&country).is_ok());
    issue.country == base.country
        || (ctx.authority.member() == base.authority.member() && !by_itself(issue.country) && !by_itself(base.country))
}

/// What the agreement demands beyond that. Source: DOMAIN section 3.3, `coo/agreement-rules.csv`.
fn under_agreement(issue: &Issue, terms: &OriginTerms, agreement: &AgreementTerms) -> Result<(), Refusal> {
    let known = |code: &String| agreement.criteria.is_empty() || agreement.criteria.contains(code);
    ensure(terms.criteria.iter().all(known), Refusal::CriterionNotOfAgreement)?;
    ensure(agreement.criteria.is_empty() || !terms.criteria.is_empty(), Refusal::CriterionNotOfAgreement)?;
    let last = terms.last_day(agreement, issue.issue_date);
    ensure(issue.valid_until.is_none_or(|until| last.is_none_or(|last| until <= last)), Refusal::ValidLongerThanAgreement)?;
    ensure(agreement.back_to_back || !issue.flags.has(Flags::BACK_TO_BACK), Refusal::NoBackToBack)?;
    ensure(agreement.third_party_invoice || !issue.flags.has(Flags::THIRD_PARTY_INVOICE), Refusal::NoThirdPartyInvoice)?;
    ensure(agreement.declarations || terms.authorisation.is_none(), Refusal::NoDeclarations)?;
    let marked = issue.flags.has(Flags::RETROACTIVE);
    if let Some(shipped) = terms.shipped {
        ensure(marked || issue.issue_date <= last_unmarked(shipped, agreement), Refusal::NotMarkedRetroactive)?;
    }
    if marked {
        let limit = agreement.retroactive.ok_or(Refusal::NoRetroactiveIssue)?;
        let shipped = terms.shipped.ok_or(Refusal::ShipmentDateMissing)?;
        ensure(issue.issue_date <= limit.after(shipped), Refusal::RetroactiveTooLate)?;
    }
    Ok(())
}

/// The last day on which a certificate for goods that were shipped then is issued without the mark.
fn last_unmarked(shipped: CalendarDate, agreement: &AgreementTerms) -> CalendarDate {
    agreement.unmarked.map_or(shipped, |span| span.after(shipped))
}

/// What the agreement has to do with it that it was refused so.
fn mended_by(refusal: Refusal, issue: &Issue, terms: &OriginTerms, agreement: &AgreementTerms) -> Option<String> {
    match refusal {
        Refusal::CriterionNotOfAgreement => {
            let unknown: Vec<&str> = terms.criteria.iter().filter(|code| !agreement.criteria.contains(code)).map(String::as_str).collect();
            let named = if unknown.is_empty() { "none is named".to_owned() } else { format!("named: {}", unknown.join(", ")) };
            Some(format!("{named}; the agreement has {}", agreement.criteria.join(", ")))
        }
        Refusal::ValidLongerThanAgreement => {
            terms.last_day(agreement, issue.issue_date).map(|last| format!("the agreement's last day is {last}"))
        }
        Refusal::NotMarkedRetroactive => {
            let shipped = terms.shipped?;
            Some(format!("shipped {shipped}; without the mark up to {}", last_unmarked(shipped, agreement)))
        }
        Refusal::RetroactiveTooLate => {
            let shipped = terms.shipped?;
            agreement.retroactive.map(|limit| format!("shipped {shipped}; issued retroactively up to {}", limit.after(shipped)))
        }
        _ => None,
    }
}
