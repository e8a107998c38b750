//! Notices that nothing is decided any more, and whose votes are missing.
//!
//! A halted network is silent by itself: whoever is left votes again and again and waits. So it is said once when it
//! begins, with names, and once when it is over; between the two, status and readiness tell it.

use crate::app::App;
use ledger::block::Validators;
use ledger::id::MemberId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked.
const TICK: Duration = Duration::from_secs(1);
/// For how many repetitions of its votes a validator may be silent before they count as missing.
const REPETITIONS: u32 = 3;

/// When each validator's last checked vote came, and for which height.
#[derive(Debug, Default)]
pub struct Heard(Mutex<BTreeMap<MemberId, (u64, Instant)>>);

impl Heard {
    /// A vote came whose signature checks, or was sent by this validator.
    pub fn vote(&self, of: MemberId, height: u64, now: Instant) {
        self.lock().insert(of, (height, now));
    }

    /// The validators of whom no vote for this height or a later one came since then.
    pub fn missing(&self, validators: &Validators, height: u64, since: Instant) -> Vec<MemberId> {
        let heard = self.lock();
        let votes = |member: &MemberId| heard.get(member).is_some_and(|(of, at)| *of >= height && *at >= since);
        validators.as_slice().iter().map(|validator| validator.member).filter(|member| !votes(member)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<MemberId, (u64, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing was decided for longer than it should take.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standstill {
    /// How long ago the newest block was decided, or the node started.
    pub lasts: Duration,
    /// Validators whose votes for the next height do not come.
    pub missing: Vec<MemberId>,
}

impl std::fmt::Display for Standstill {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "no block has been decided for {} s; ", self.lasts.as_secs())?;
        if self.missing.is_empty() {
            return out.write_str("all validators vote: see the lines about rounds and bad blocks in the log");
        }
        let names: Vec<&str> = self.missing.iter().map(MemberId::as_str).collect();
        write!(
            out,
            "no votes come from {}, and more than two thirds are needed: see that those nodes run and can be reached",
            names.join(", ")
        )
    }
}

/// What there is to say.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Notice {
    Begins,
    Over(Duration),
}

/// Since when the tip is what it is.
struct Watch {
    limit: Duration,
    tip: u64,
    since: Instant,
    stands: bool,
}

impl Watch {
    fn look(&mut self, tip: u64, now: Instant) -> Option<Notice> {
        if tip != self.tip {
            let lasted = now.saturating_duration_since(self.since);
            (self.tip, self.since) = (tip, now);
            return std::mem::take(&mut self.stands).then_some(Notice::Over(lasted));
        }
        let begins = !self.stands && now.saturating_duration_since(self.since) >= self.limit;
        self.stands |= begins;
        begins.then_some(Notice::Begins)
    }
}

/// Looks until the node stops.
pub async fn watch(app: Arc<App>) {
    let pace = app.config.pace;
    let mut watch = Watch { limit: pace.standstill + pace.heartbeat, tip: app.tip().height.get(), since: Instant::now(), stands: false };
    let mut stop = app.stopping();
    let mut tick = tokio::time::interval(TICK.min(pace.standstill));
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stop.wait_for(Option::is_some) => return,
        }
        let (now, tip) = (Instant::now(), app.tip().height.get());
        let notice = watch.look(tip, now);
        let stands = watch.stands.then(|| {
            let since = now.checked_sub(pace.rebroadcast * REPETITIONS).unwrap_or(now);
            let missing = app.heard.missing(app.founding.validators(), tip.saturating_add(1), since);
            Standstill { lasts: now.saturating_duration_since(watch.since), missing }
        });
        match (notice, &stands) {
            (Some(Notice::Begins), Some(stands)) => tracing::warn!(height = tip.saturating_add(1), "{stands}"),
            (Some(Notice::Over(lasted)), _) => tracing::warn!(height = tip, "blocks are decided again after {} s", lasted.as_secs()),
            _ => {}
        }
        app.set_standstill(stands);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::testing::four_validators;

    #[test]
    fn a_standstill_is_said_once_and_its_end_once() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut watch = Watch { limit: 5 * second, tip: 7, since: start, stands: false };
        assert_eq!(watch.look(7, start + 4 * second), None);
        assert_eq!(watch.look(7, start + 5 * second), Some(Notice::Begins));
        assert_eq!(watch.look(7, start + 60 * second), None, "once");
        assert_eq!(watch.look(8, start + 61 * second), Some(Notice::Over(61 * second)));
        assert_eq!(watch.look(9, start + 62 * second), None);
        assert_eq!(watch.look(9, start + 66 * second), None);
        assert_eq!(watch.look(9, start + 67 * second), Some(Notice::Begins));
    }

    #[test]
    fn those_are_missing_whose_votes_are_absent_old_or_for_an_earlier_height() {
        let (validators, _) = four_validators();
        let members: Vec<MemberId> = validators.as_slice().iter().map(|validator| validator.member).collect();
        let (early, late) = (Instant::now(), Instant::now() + Duration::from_secs(10));
        let heard = Heard::default();
        heard.vote(members[0], 8, late);
        heard.vote(members[1], 7, late);
        heard.vote(members[2], 8, early);
        assert_eq!(heard.missing(&validators, 8, early + Duration::from_secs(1)), members[1..]);
        assert_eq!(heard.missing(&validators, 7, early), members[3..]);
        let text = Standstill { lasts: Duration::from_secs(21), missing: members[1..].to_vec() }.to_string();
        assert!(text.contains("for 21 s") && text.contains("CN, NZ, SG"), "{text}");
    }
}
