//! Notices that nothing is decided any more, and why: whose votes are missing, or that proposals take too long to judge.
//!
//! A halted network is silent by itself: whoever is left votes again and again and waits. So it is said once when it
//! begins, with names, and once when it is over; between the two, status and readiness tell it.

use crate::app::App;
use crate::consensus::portion::SLOW;
use ledger::block::Validators;
use ledger::id::MemberId;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked.
const TICK: Duration = Duration::from_secs(1);
/// For how many repetitions of its votes a validator may be silent before they count as missing.
const REPETITIONS: u32 = 3;
/// From how many blocks on a node that is behind the others says so, and when it has caught up.
const BEHIND_MIN: u64 = 20;

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

    /// Whether a vote of this validator for this height or a later one ever came.
    fn ever(&self, of: &MemberId, height: u64) -> bool {
        self.lock().get(of).is_some_and(|(heard, _)| *heard >= height)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<MemberId, (u64, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the proposals of the height in progress cost this node.
#[derive(Debug, Default)]
pub struct Judging {
    longest_ms: AtomicU64,
    late: AtomicU64,
}

impl Judging {
    /// A proposal was built or judged in this time.
    pub fn took(&self, time: Duration) {
        self.longest_ms.fetch_max(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// A proposal came outside the time allowed.
    pub fn came_late(&self) {
        self.late.fetch_add(1, Ordering::Relaxed);
    }

    /// The next height begins.
    pub fn begin_height(&self) {
        self.longest_ms.store(0, Ordering::Relaxed);
        self.late.store(0, Ordering::Relaxed);
    }

    /// The longest time of this height, and how many came late, if that keeps members from voting.
    fn slow(&self) -> Option<Slow> {
        let slow =
            Slow { longest: Duration::from_millis(self.longest_ms.load(Ordering::Relaxed)), late: self.late.load(Ordering::Relaxed) };
        (slow.longest > SLOW || slow.late > 0).then_some(slow)
    }
}

/// Proposals take so long that they come late or leave no time to vote.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slow {
    /// The longest that one of the height in progress took here.
    pub longest: Duration,
    /// How many of that height came outside the time allowed.
    pub late: u64,
}

/// Nothing was decided for longer than it should take.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standstill {
    /// How long ago the newest block was decided, or the node started.
    pub lasts: Duration,
    /// Validators whose votes for the next height do not come.
    pub missing: Vec<MemberId>,
    /// Proposals are dear to judge: then whoever is connected and voted before is not missing.
    pub slow: Option<Slow>,
}

impl Standstill {
    /// `silent` have not voted of late; `is_there`: such a one is connected, and voted before.
    fn of(lasts: Duration, mut silent: Vec<MemberId>, slow: Option<Slow>, is_there: impl Fn(&MemberId) -> bool) -> Self {
        silent.retain(|member| slow.is_none() || !is_there(member));
        Self { lasts, missing: silent, slow }
    }
}

impl std::fmt::Display for Standstill {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "no block has been decided for {} s; ", self.lasts.as_secs())?;
        if let Some(Slow { longest, late }) = self.slow {
            let (whole, tenth) = (longest.as_secs(), longest.subsec_millis() / 100);
            write!(out, "proposals of this height took up to {whole}.{tenth} s to judge here, and {late} came too late for a vote: ")?;
            out.write_str("proposers take fewer transactions until it is in time, else see the lines about proposals in the log")?;
            if self.missing.is_empty() {
                return Ok(());
            }
            out.write_str("; ")?;
        }
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

/// What there is to say of a node that is behind the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Progress {
    Behind(u64),
    CaughtUp,
}

/// Whether this node said that it is behind.
#[derive(Default)]
struct Behind(bool);

impl Behind {
    fn look(&mut self, tip: u64, peers: u64) -> Option<Progress> {
        let behind = peers.saturating_sub(tip);
        if self.0 && behind <= 1 {
            self.0 = false;
            return Some(Progress::CaughtUp);
        }
        let begins = !self.0 && behind >= BEHIND_MIN;
        self.0 |= begins;
        begins.then_some(Progress::Behind(behind))
    }
}

/// Looks until the node stops.
pub async fn watch(app: Arc<App>) {
    let pace = app.config.pace;
    let mut watch = Watch { limit: pace.standstill + pace.heartbeat, tip: app.tip().height.get(), since: Instant::now(), stands: false };
    let mut behind = Behind::default();
    let mut stop = app.stopping();
    let mut tick = tokio::time::interval(TICK.min(pace.standstill));
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stop.wait_for(Option::is_some) => return,
        }
        let (now, tip) = (Instant::now(), app.tip().height.get());
        match behind.look(tip, app.wake.greatest_peer_tip()) {
            Some(Progress::Behind(blocks)) => tracing::info!(height = tip, "is {blocks} blocks behind the others, and fetches them"),
            Some(Progress::CaughtUp) => tracing::info!(height = tip, "has caught up with the others"),
            None => {}
        }
        let notice = watch.look(tip, now);
        let stands = watch.stands.then(|| {
            let since = now.checked_sub(pace.rebroadcast * REPETITIONS).unwrap_or(now);
            let silent = app.heard.missing(app.founding.validators(), tip.saturating_add(1), since);
            let connected = app.connected();
            Standstill::of(now.saturating_duration_since(watch.since), silent, app.judging.slow(), |member| {
                connected.contains(member) && app.heard.ever(member, tip)
            })
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
        let text = Standstill::of(Duration::from_secs(21), members[1..].to_vec(), None, |_| true).to_string();
        assert!(text.contains("for 21 s") && text.contains("CN, NZ, SG"), "{text}");
    }

    #[test]
    fn where_proposals_are_dear_to_judge_members_that_are_connected_and_voted_before_are_not_blamed() {
        let (validators, _) = four_validators();
        let members: Vec<MemberId> = validators.as_slice().iter().map(|validator| validator.member).collect();
        let (judging, heard) = (Judging::default(), Heard::default());
        heard.vote(members[1], 7, Instant::now());
        heard.vote(members[2], 6, Instant::now());
        let connected = &members[..3];
        let said = |judging: &Judging| {
            let is_there = |member: &MemberId| connected.contains(member) && heard.ever(member, 7);
            Standstill::of(Duration::from_secs(21), members[1..].to_vec(), judging.slow(), is_there)
        };
        judging.took(SLOW);
        assert_eq!(said(&judging).missing, members[1..], "in time");
        judging.took(Duration::from_millis(3_290));
        judging.took(Duration::from_millis(1_500));
        judging.came_late();
        let slow = said(&judging);
        assert_eq!(slow.missing, members[2..], "one has not voted since, one is not connected");
        let text = slow.to_string();
        assert!(text.contains("took up to 3.2 s to judge here, and 1 came too late") && text.contains("from NZ, SG"), "{text}");
        let text = Standstill { missing: Vec::new(), ..slow }.to_string();
        assert!(text.contains("3.2 s") && !text.contains("votes come from") && !text.contains("all validators vote"), "{text}");
        judging.begin_height();
        assert_eq!(judging.slow(), None);
        judging.came_late();
        assert_eq!(judging.slow(), Some(Slow { longest: Duration::ZERO, late: 1 }), "late is enough");
    }

    #[test]
    fn a_node_that_is_far_behind_says_so_once_and_once_that_it_has_caught_up() {
        let mut behind = Behind::default();
        let looked: Vec<_> =
            [(5, 0), (5, 24), (5, 25), (9, 40), (39, 40), (39, 41), (60, 41)].map(|(tip, peers)| behind.look(tip, peers)).into();
        assert_eq!(looked, [None, None, Some(Progress::Behind(20)), None, Some(Progress::CaughtUp), None, None]);
    }
}
