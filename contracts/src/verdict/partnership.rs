//! Recognition by arrangement, for every kind that is recognised so: the third and the fourth condition of DOMAIN section
//! 4.4. The first two (the record exists and is genuine; it is in force on the date) are judged for every kind; what
//! comes after the fourth is the kind's own.

use super::{Case, DecidingFact, Facts, Question, Reason, Said, Word};
use crate::kinds::RecordKind;
use crate::registry::{Arrangement, ArrangementAct, Benefit, Sought, Terms, Unrecognised};
use std::collections::{BTreeMap, BTreeSet};

/// How the reader stands to the issuer.
#[derive(Debug)]
pub enum Partnership<'a> {
    /// Nobody said for which country it is judged.
    NotAsked,
    /// What is the reader's own: no arrangement is needed.
    Domestic,
    /// Arrangements in operation on the date.
    Partners(Vec<Partner<'a>>),
}

/// An arrangement in operation on the date.
#[derive(Debug)]
pub struct Partner<'a> {
    /// The arrangement.
    pub arrangement: &'a Arrangement,
    /// Its terms on the date.
    pub terms: &'a Terms,
    /// The act that decides.
    pub act: &'a ArrangementAct,
}

/// How a kind speaks of what its records say.
#[derive(Clone, Copy, Debug)]
pub struct Recognisable {
    /// The kind.
    pub kind: RecordKind,
    /// What is recognised, in the plural: operators.
    pub what: &'static str,
    /// What to do without recognition.
    pub otherwise: &'static str,
}

impl Recognisable {
    /// Genuine perhaps, and not recognised.
    pub fn unrecognised(&self, reason: Reason, why: String, deciding: Option<DecidingFact>) -> Said {
        Said { deciding, ..Said::new(Word::NotRecognised, reason, format!("{why}: {}", self.otherwise)) }
    }
}

/// What recognition rests on and grants.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// The fact that decides, if there is an arrangement.
    pub deciding: Option<DecidingFact>,
    /// What it grants, by all arrangements that recognise the record.
    pub benefits: Vec<Benefit>,
    /// The roles in which alone the arrangements recognise the record, of those that were asked about; `None` if in all.
    pub only_as: Option<Vec<String>>,
}

/// The third condition: an arrangement is in operation in this direction on the date. Whoever has none gets the same
/// answer whether or not the record exists, so that nothing of the record is looked at here.
///
/// # Errors
/// What is said to whoever has none.
pub fn partnership<'a>(of: &Recognisable, facts: &'a Facts, question: &Question) -> Result<Partnership<'a>, Said> {
    let failed = |reason, why: String, deciding| of.unrecognised(reason, why, deciding);
    let Some(country) = question.for_country else { return Ok(Partnership::NotAsked) };
    let Some(reader) = &facts.reader else {
        return Err(failed(Reason::NoArrangement, format!("no member of this ledger covers {country}"), None));
    };
    let Some(arranged) = &facts.arrangements else { return Ok(Partnership::Domestic) };
    let (recognising, recognised) = (arranged.recognising, arranged.recognised);
    let mut operating = Vec::new();
    let mut nearest: Option<(&Arrangement, Unrecognised)> = None;
    // What the reader signed later did not exist for it then.
    let signed = |arrangement: &&Arrangement| arrangement.is_signed_by(recognising, question.known);
    for arrangement in arranged.arrangements.iter().filter(signed) {
        match arrangement.operates(recognising, recognised, of.kind, question.on, question.known) {
            Ok(act) => {
                let terms = arrangement.terms_between([recognising, recognised], question.on, question.known);
                let terms = terms.map_or(&arrangement.terms, |(terms, _)| terms);
                operating.push(Partner { arrangement, terms, act });
            }
            Err(why) if nearest.is_none_or(|(_, before)| rank(why) > rank(before)) => nearest = Some((arrangement, why)),
            Err(_) => {}
        }
    }
    if !operating.is_empty() {
        return Ok(Partnership::Partners(operating));
    }
    let on = question.on;
    Err(match nearest {
        Some((arrangement, Unrecognised::Suspended(by, since, recorded))) => failed(
            Reason::ArrangementSuspended,
            format!("{by} suspended its recognition under {} from {since} on", arrangement.id),
            Some(DecidingFact { what: format!("{by} suspended its recognition under {}", arrangement.id), recorded }),
        ),
        Some((arrangement, Unrecognised::Terminated(by, since, recorded))) => failed(
            Reason::ArrangementTerminated,
            format!("{by} left the arrangement {} from {since} on", arrangement.id),
            Some(DecidingFact { what: format!("{by} left {}", arrangement.id), recorded }),
        ),
        Some((arrangement, Unrecognised::NotApplied(by))) => {
            failed(Reason::ArrangementNotApplied, format!("{by} has not applied the arrangement {} by {on}", arrangement.id), None)
        }
        Some((arrangement, Unrecognised::NotSigned(by))) => {
            failed(Reason::ArrangementNotSigned, format!("{by} has not signed the arrangement {} by {on}", arrangement.id), None)
        }
        _ => failed(Reason::NoArrangement, format!("{} has no arrangement that recognises {} of {recognised}", reader.id, of.what), None),
    })
}

/// The later condition that failed is the nearer one.
fn rank(why: Unrecognised) -> u8 {
    match why {
        Unrecognised::Direction => 0,
        Unrecognised::NotSigned(_) => 1,
        Unrecognised::NotApplied(_) => 2,
        Unrecognised::Terminated(..) => 3,
        Unrecognised::Suspended(..) => 4,
        Unrecognised::Programme | Unrecognised::Type | Unrecognised::Role | Unrecognised::Flow => 5,
    }
}

/// The fourth condition: programme, type, role and flow lie within the terms of an arrangement. The programme is the
/// record's class, the flow the question's. Gives what decides and what is due.
///
/// # Errors
/// What is said if they do not; the nearest arrangement is named.
pub fn within_terms(of: &Recognisable, partners: &[Partner<'_>], case: &Case<'_>, named_type: &str, roles: &[&str]) -> Result<Due, Said> {
    let Case { facts, record, question } = *case;
    let programme = record.standing.class.as_deref().unwrap_or_default();
    let sought = Sought { kind: of.kind, programme, named_type, roles, flow: question.flow };
    let (mut nearest, mut deciding) = (None, None);
    let mut benefits: BTreeMap<_, Benefit> = BTreeMap::new();
    let mut covered: BTreeSet<&str> = BTreeSet::new();
    for Partner { arrangement, terms: agreed, act } in partners {
        let (Some(issuer), Some(reader)) = (&record.issuer, &facts.reader) else { continue };
        match agreed.recognises(reader.id, &issuer.authority, &sought) {
            Ok(recognition) => {
                covered.extend(
                    roles
                        .iter()
                        .filter(|role| agreed.recognises(reader.id, &issuer.authority, &Sought { roles: &[role], ..sought }).is_ok()),
                );
                for benefit in recognition.benefits.iter().flatten() {
                    // Of two rates the lower one is due.
                    let better = benefits.get(&benefit.kind).is_none_or(|known| benefit.percent < known.percent);
                    if better {
                        benefits.insert(benefit.kind, *benefit);
                    }
                }
                let what = format!("{} recognises {} of {} under {}", reader.id, of.what, issuer.authority.member(), arrangement.id);
                deciding = deciding.or(Some(DecidingFact { what, recorded: act.recorded }));
            }
            Err(why) => nearest = Some((arrangement, why)),
        }
    }
    if deciding.is_some() {
        let only_as = (covered.len() < roles.len()).then(|| covered.into_iter().map(str::to_owned).collect());
        return Ok(Due { deciding, benefits: benefits.into_values().collect(), only_as });
    }
    let named = |reason, what: String| match nearest {
        Some((arrangement, _)) => of.unrecognised(reason, format!("the arrangement {} does not cover {what}", arrangement.id), None),
        None => of.unrecognised(reason, format!("no arrangement covers {what}"), None),
    };
    Err(match nearest.map(|(_, why)| why) {
        Some(Unrecognised::Type) => named(Reason::TypeOutOfScope, format!("the type {named_type}")),
        Some(Unrecognised::Role) if roles.is_empty() => named(Reason::RoleOutOfScope, "what has no role".to_owned()),
        Some(Unrecognised::Role) => named(Reason::RoleOutOfScope, format!("the role {}", roles.join(", "))),
        Some(Unrecognised::Flow) => named(Reason::FlowOutOfScope, format!("goods on {}", question.flow)),
        _ => named(Reason::ProgrammeOutOfScope, format!("the programme {programme}")),
    })
}
