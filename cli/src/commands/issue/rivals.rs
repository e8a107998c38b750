//! Other acts that record the same certificate. Of two officials who issue it at the same moment, each in a folder of its own,
//! the act that all sign first takes effect, and the file of the other opens nothing.

use super::Item;
use crate::certificate_file::CertificateFile;
use crate::issuer::{Signing, act_id, still_waiting};
use crate::profile::Profile;
use crate::registry::entries;
use contracts::acts::{Issue, commitment_of};
use contracts::document::escape_for_terminal;
use contracts::key;
use contracts::registry::Approvals;
use contracts::standing::{Standing, Verb};
use ledger::codec::Canonical as _;
use ledger::hash::{Hash, sha256};
use ledger::id::{AuthorityId, KeyNumber, Signer};
use ledger::lookup::RecordKey;
use ledger::transaction::{Act, DecodedTransaction};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many blocks back other acts are looked for.
const BLOCKS_BACK_MAX: u64 = 20_000;
/// What a certificate file ends with that was not recorded, so that nobody takes it for one that was.
const NOT_RECORDED: &str = "not-recorded";

/// An act that waits for further officials, as one's own does, and records the same certificate.
pub struct Rival {
    /// What the ledger knows it by.
    pub act: Hash,
    /// The keys that signed it.
    pub signed: Vec<KeyNumber>,
    /// How it differs from one's own.
    pub differs: Differs,
}

/// How an act differs from another that records the same certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Differs {
    /// In readers or bases alone: the certificate file serves both.
    Elsewhere,
    /// In its seed: the certificate file of one is of no use for the other.
    Seed,
    /// In the document.
    Document,
}

impl Rival {
    /// What whoever signed the own act is told of it.
    pub fn in_words(&self) -> String {
        let (id, keys) = (self.id(), self.signed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        let what = match self.differs {
            Differs::Elsewhere => {
                return format!(
                    "act {id} of an earlier attempt at it, with other readers or bases, waits as well; the first that all sign takes effect"
                );
            }
            Differs::Seed => "this very document",
            Differs::Document => "its number with another document",
        };
        format!(
            "act {id}, signed under key {keys}, records {what} and waits as well; the first that all sign takes effect, and the other's file is of no use then; to sign that one: symbolon approve {id} --key FILE"
        )
    }

    /// How its id begins, as it is typed.
    pub fn id(&self) -> String {
        self.act.to_string().chars().take(16).collect()
    }
}

/// The acts on records for which the authority sent more than one.
pub type Several = BTreeMap<RecordKey, BTreeMap<Hash, Issue>>;

/// Finds the acts of the authority that record one of these, where there are several.
///
/// # Errors
/// If the own node does not answer.
pub fn several(profile: &Profile, authority: &AuthorityId, records: &BTreeSet<RecordKey>) -> anyhow::Result<Several> {
    let node = profile.node()?;
    let newest = entries(profile, vec![key::parameters()])?.height.get();
    let (mut places, mut next): (BTreeMap<RecordKey, Vec<u64>>, _) = (BTreeMap::new(), Some(newest.saturating_sub(BLOCKS_BACK_MAX).max(1)));
    while let Some(from) = next.filter(|from| *from <= newest) {
        let page = node.acts(&json!({ "signer": authority.as_str(), "from": from, "until": newest }))?;
        for act in &page.acts {
            if let Some(record) = RecordKey::from_hex(&act.record).filter(|record| records.contains(record)) {
                places.entry(record).or_default().push(act.height);
            }
        }
        next = page.next.filter(|next| *next > from);
    }
    places.retain(|_, heights| heights.len() > 1);
    let (mut found, heights) = (Several::new(), places.values().flatten().copied().collect::<BTreeSet<u64>>());
    for height in heights {
        for wire in node.block(height)?.map(|block| block.transactions).unwrap_or_default() {
            let decoded = DecodedTransaction::from_wire(wire.into(), &profile.founding.network_id()).ok();
            let by = Signer::Authority(authority.clone());
            for act in decoded.iter().map(DecodedTransaction::transaction).filter(|one| one.signer == by).flat_map(|one| &one.acts) {
                if let Some((record, issue)) = issue_in(act, authority).filter(|(record, _)| places.contains_key(record)) {
                    found.entry(record).or_default().insert(act_id(act), issue);
                }
            }
        }
    }
    Ok(found)
}

fn issue_in(act: &Act, authority: &AuthorityId) -> Option<(RecordKey, Issue)> {
    matches!(Verb::from_number(act.verb), Some(Verb::Issue | Verb::Replace)).then_some(())?;
    let issue = Issue::from_bytes(&act.body).ok()?;
    Some((issue.record_key(authority.member()), issue))
}

/// Those of them that wait beside one's own act for a document.
///
/// # Errors
/// If no node's answer checks.
pub(super) fn of(profile: &Profile, signing: &Signing, item: &Item, own: &Hash, several: &Several) -> anyhow::Result<Vec<Rival>> {
    let others: Vec<_> = several.get(&item.record()).into_iter().flatten().filter(|(act, _)| *act != own).collect();
    let place = |act: &Hash| key::approvals(&signing.signer, act);
    let known = entries(profile, others.iter().map(|(act, _)| place(act)).collect())?;
    let (mut rivals, root) = (Vec::new(), commitment_of(&item.document, &item.seed));
    for (act, issue) in others {
        let signed = still_waiting(&known.read::<Approvals>(&place(act))?.unwrap_or_default());
        if !signed.is_empty() {
            let differs = match issue.commitment_root == root {
                true => Differs::Elsewhere,
                false if issue.document_digest == item.digest => Differs::Seed,
                false => Differs::Document,
            };
            rivals.push(Rival { act: *act, signed, differs });
        }
    }
    Ok(rivals)
}

/// Who recorded a certificate first, and when.
pub fn recorded_first(number: &str, standing: &Standing) -> String {
    let number = escape_for_terminal(number);
    format!("another act recorded {number} first: {} under its {}, at {}", standing.authority, standing.signed(), standing.issued)
}

/// Gives a certificate file another name that was never completed and is not the one that was recorded, of the same document;
/// `None` if it is none such.
///
/// # Errors
/// If the disk refuses.
pub fn set_aside(path: &Path, file: &CertificateFile, standing: &Standing) -> anyhow::Result<Option<PathBuf>> {
    let is_of_record = standing.document_digest == sha256(&file.original) && file.receipt.is_none() && standing.drafted.is_none();
    if !is_of_record {
        return Ok(None);
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(".");
    aside.push(NOT_RECORDED);
    std::fs::rename(path, &aside)?;
    Ok(Some(aside.into()))
}
