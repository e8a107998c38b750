//! Recognition of foreign operators: the conditions of DOMAIN section 4.4 that are theirs alone.

use super::AeoTerms;
use crate::kinds::RecordKind;
use crate::verdict::{Case, Due, Partnership, Reason, Recognisable, Said, within_terms};

/// What arrangements recognise.
pub(super) const OPERATORS: Recognisable =
    Recognisable { kind: RecordKind::AeoStatus, what: "operators", otherwise: "treat as any other trader" };

/// The fourth to the sixth condition: type, role and flow within the terms; consent; the declaration's party.
/// Gives what decides and what is due.
pub(super) fn recognised(partnership: &Partnership<'_>, case: &Case<'_>, terms: &AeoTerms) -> Result<Due, Said> {
    let question = case.question;
    let due = match partnership {
        Partnership::NotAsked | Partnership::Domestic => Due::default(),
        Partnership::Partners(partners) => {
            let roles: Vec<&str> = match &question.role {
                Some(role) => vec![role],
                None => terms.roles.iter().map(String::as_str).collect(),
            };
            let due = within_terms(&OPERATORS, partners, case, &terms.operator_type, &roles)?;
            if !terms.consent_to_exchange {
                return Err(OPERATORS.unrecognised(
                    Reason::NoConsent,
                    "the holder has not consented to the exchange with partners".to_owned(),
                    None,
                ));
            }
            due
        }
    };
    if question.is_holder == Some(false) {
        return Err(OPERATORS.unrecognised(
            Reason::OtherHolder,
            "the party in the declaration is not the holder of this status".to_owned(),
            None,
        ));
    }
    if let Some(role) = question.role.as_ref().filter(|role| !terms.roles.contains(role)) {
        return Err(OPERATORS.unrecognised(Reason::RoleOutOfScope, format!("the holder is not certified as {role}"), None));
    }
    Ok(due)
}
