//! How much of a certificate is taken, as a verdict tells it: by line, whoever used it.
//!
//! A line that is used up is named as one that is rejected is: in the first line of the verdict on the others. Amounts
//! stand on the ledger in steps that only the certificate file opens. Whoever asks without it does not know whether what
//! is left of a line that was used is as much as a step, and is told no more than that.

use super::destinations::{bars, lines_in_words, reservations};
use super::{Case, Question, Reason, Said, Word};
use crate::context::{DATE_BEHIND_MS_MAX, Recorded};
use crate::destination::{Dossier, PoolUser};
use crate::standing::Line;

/// How many users a sentence names.
const NAMED_MAX: usize = 4;

/// Whether a movement of the pool counts on the date, as known then. A use bears no date of its own, and is taken for
/// one of the earliest day that an office writes at its block's time.
fn counts(question: &Question) -> impl Fn(&Recorded) -> bool {
    move |recorded| question.known.covers(recorded) && recorded.time.saturating_sub_ms(DATE_BEHIND_MS_MAX).date() <= question.on
}

/// The lines against which nothing stands in the country for which it is judged.
fn open_lines<'a>(case: &Case<'a>) -> Vec<&'a Line> {
    let bars = bars(case);
    let is_barred = |line: &&Line| bars.iter().any(|(number, _)| *number == line.number);
    case.record.standing.lines.iter().filter(|line| !is_barred(line)).collect()
}

/// The numbers of those of them that are used up.
pub(super) fn used_up(case: &Case<'_>) -> Vec<u32> {
    let (pool, counts) = (case.record.pool(), counts(case.question));
    let is_used_up = |line: &&Line| pool.line(line.number).is_used_up(line.certified, case.question.amount_step, &counts);
    open_lines(case).into_iter().filter(is_used_up).map(|line| line.number).collect()
}

/// Which lines are used up, for the sentence of a verdict on the others.
pub(super) fn used_up_in_words(case: &Case<'_>) -> Option<String> {
    let lines = used_up(case);
    let are = if lines.len() == 1 { "is" } else { "are" };
    (!lines.is_empty()).then(|| format!("{} {are} used up", lines_in_words(&lines)))
}

/// The numbers of those of them of which nothing is free, though they are not used up: the rest is held.
pub(super) fn held_in_full(case: &Case<'_>) -> Vec<u32> {
    let (pool, counts, used_up) = (case.record.pool(), counts(case.question), used_up(case));
    let is_held = |line: &&Line| pool.line(line.number).is_held_in_full(line.certified, case.question.amount_step, &counts);
    open_lines(case).into_iter().filter(is_held).map(|line| line.number).filter(|number| !used_up.contains(number)).collect()
}

/// Which lines are held in full, for the sentence. For whom, the facts of a verdict do not tell.
pub(super) fn held_in_full_in_words(case: &Case<'_>) -> Option<String> {
    let (pool, lines) = (case.record.pool(), held_in_full(case));
    let are = if lines.len() == 1 { "is" } else { "are" };
    let held = if lines.iter().any(|line| pool.line(*line).consumed > 0) { "used or held" } else { "held" };
    (!lines.is_empty()).then(|| format!("{} {are} {held} in full, for a declaration of yours or another", lines_in_words(&lines)))
}

/// Whether something of a line was used, and nobody who asks so knows whether what is left of it is as much as a step.
fn is_in_doubt(case: &Case<'_>) -> bool {
    let (pool, used_up) = (case.record.pool(), used_up(case));
    let may_be = |line: &&Line| line.certified.is_some_and(|certified| certified > 0) && pool.line(line.number).consumed > 0;
    case.question.amount_step.is_none() && open_lines(case).iter().any(|line| may_be(line) && !used_up.contains(&line.number))
}

/// That its whole quantity was used up, and by whom: of what is not rejected in the country for which it is judged.
pub(super) fn exhausted(case: &Case<'_>) -> Option<Said> {
    let Case { record, question, .. } = *case;
    let (pool, counts) = (record.pool(), counts(question));
    let lines = open_lines(case);
    if lines.is_empty() || used_up(case).len() < lines.len() {
        return None;
    }
    let users = users(&pool, question);
    let by = if users.is_empty() { String::new() } else { format!(": by {}", named(&users)) };
    let last = users.iter().map(|user| if counts(&user.last) { user.last } else { user.first }).max();
    let wholly = |line: &&Line| pool.line(line.number).is_used_up(line.certified, None, &counts);
    let rest = if lines.iter().all(wholly) { "" } else { ", but for less than a step of its amounts" };
    let is_in_part = lines.len() < record.standing.lines.len();
    let what = match reservations(case).filter(|_| is_in_part) {
        Some(why) => format!("{why}; the quantity of all other lines is used up{rest}{by}"),
        None => format!("its whole quantity is used up{rest}{by}"),
    };
    let said = Said::new(Word::Exhausted, Reason::UsedUp, what);
    Some(said.because("the uses of its lines", last.unwrap_or(record.standing.issued)))
}

/// What was taken of it by the movements that count.
enum Taken {
    Nothing,
    /// Something, by the users that are named.
    InPart(String),
    /// Something after the date or time asked about only.
    Later,
}

fn taken(case: &Case<'_>) -> Taken {
    let (pool, counts) = (case.record.pool(), counts(case.question));
    let settled = |last: Option<Recorded>| last.is_none_or(|last| counts(&last));
    let all_settled = pool.lines.iter().all(|line| settled(line.last));
    // Who gave all back has used nothing; before the giving back, it had.
    let users: Vec<&PoolUser> = users(&pool, case.question).into_iter().filter(|user| !all_settled || user.standing() > 0).collect();
    let is_used = pool.lines.iter().any(|line| if settled(line.last) { line.consumed > 0 } else { !users.is_empty() });
    let by = if users.is_empty() { String::new() } else { format!(" by {}", named(&users)) };
    let later = if all_settled { "" } else { "; what remains is told as of now" };
    match is_used {
        true => Taken::InPart(format!("{by}{later}")),
        false if all_settled => Taken::Nothing,
        false => Taken::Later,
    }
}

/// What was used of it after the date or time asked about, as of now.
enum Since {
    Nothing,
    /// Something, by the users that are named.
    InPart(String),
    /// All that was left.
    UsedUp(String),
}

fn since(case: &Case<'_>) -> Since {
    let (pool, counts) = (case.record.pool(), counts(case.question));
    let later: Vec<&PoolUser> = pool.users.iter().filter(|user| user.standing() > 0 && !counts(&user.last)).collect();
    if later.is_empty() {
        return Since::Nothing;
    }
    let lines = open_lines(case);
    let is_used_up = |line: &&Line| pool.line(line.number).is_used_up(line.certified, case.question.amount_step, |_| true);
    match !lines.is_empty() && lines.iter().all(is_used_up) {
        true => Since::UsedUp(named(&later)),
        false => Since::InPart(named(&later)),
    }
}

/// That a part of it was used, and by whom, of one that is not used up.
pub(super) fn flag(case: &Case<'_>) -> Option<String> {
    if exhausted(case).is_some() {
        return None;
    }
    let step =
        if is_in_doubt(case) { "; what is left may be less than a step of its amounts, which its certificate file tells" } else { "" };
    match taken(case) {
        Taken::Nothing => None,
        Taken::InPart(by) => Some(format!("used in part{by}{step}")),
        Taken::Later => Some(match since(case) {
            Since::Nothing => "held or used after the date or time asked about; what remains is told as of now".to_owned(),
            Since::InPart(by) => format!("used in part after the date or time asked about, by {by}; what remains is told as of now{step}"),
            Since::UsedUp(by) => format!("used up after the date or time asked about, by {by}; what remains is told as of now"),
        }),
    }
}

/// How much of it is taken, on the date and as known then, in words, and that it was used since. What has no goods has no
/// quantity to use.
pub(super) fn in_words(case: &Case<'_>) -> &'static str {
    let (pool, counts) = (case.record.pool(), counts(case.question));
    let is_held = pool.lines.iter().any(|line| line.reserved > 0 && line.last.is_none_or(|last| counts(&last)));
    match taken(case) {
        _ if case.record.standing.lines.is_empty() => "",
        Taken::InPart(_) if matches!(since(case), Since::UsedUp(_)) => " and not used up on that date; used up since (as of now)",
        Taken::Later if matches!(since(case), Since::UsedUp(_)) => " on that date; used up since (as of now)",
        Taken::Later if matches!(since(case), Since::InPart(_)) => " on that date; used in part since (as of now)",
        Taken::InPart(_) if is_in_doubt(case) => " and not shown as used up",
        Taken::InPart(_) if used_up(case).is_empty() => " and not used up",
        Taken::InPart(_) => " and not wholly used up",
        _ if held_in_full(case).len() == case.record.standing.lines.len() => " and unused, though held in full",
        // Which lines are, the sentence says.
        _ if !held_in_full(case).is_empty() => " and unused, though held",
        _ if is_held => " and unused, though held in part",
        _ => " and unused",
    }
}

fn users<'a>(pool: &'a Dossier, question: &Question) -> Vec<&'a PoolUser> {
    let counts = counts(question);
    pool.users.iter().filter(|user| counts(&user.first)).collect()
}

fn how_often(times: u32) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times") }
}

fn named(users: &[&PoolUser]) -> String {
    let one = |user: &&PoolUser| {
        let by = &user.by;
        match (user.times, user.given_back.unwrap_or_default()) {
            (1, 0) => format!("{by} at {}", user.first),
            (times, 0) => format!("{by} {times} times, last at {}", user.last),
            (1, _) => format!("{by} at {}, given back since", user.first),
            (times, given_back) if given_back >= times => format!("{by} {times} times, all given back since"),
            (times, given_back) => {
                let stand = how_often(times.saturating_sub(given_back));
                format!("{by} {stand}, last at {}, and given back {} since", user.last, how_often(given_back))
            }
        }
    };
    let mut words: Vec<String> = users.iter().take(NAMED_MAX).map(one).collect();
    if let Some(more) = users.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
        words.push(format!("{more} more"));
    }
    words.join("; ")
}

/// A share of a whole, in percent with so many decimals. What is something is never shown as 0, nor what is not all as 100.
pub fn percent(part: u64, whole: u64, decimals: u32) -> String {
    let unit = 10_u128.saturating_pow(decimals);
    let (all, whole) = (unit.saturating_mul(100), u128::from(whole.max(1)));
    let scaled = u128::from(part).saturating_mul(all);
    let parts = scaled.checked_div(whole).unwrap_or_default();
    let shown = |parts: u128| match (decimals, parts.checked_div(unit), parts.checked_rem(unit)) {
        (1.., Some(ones), Some(rest)) => format!("{ones}.{rest:0width$} %", width = decimals as usize),
        _ => format!("{parts} %"),
    };
    match parts {
        0 if part > 0 => format!("under {}", shown(1)),
        _ if parts.saturating_add(1) == all && parts.saturating_mul(whole) != scaled => format!("over {}", shown(parts)),
        _ => shown(parts),
    }
}

/// Parts of a whole in percent with so many decimals, as numbers of its least step. They add up to 100: what is lost by
/// rounding down goes to those that lose most by it. Parts of nothing are none.
fn rounded(parts: &[u64], decimals: u32) -> Vec<u128> {
    let whole: u128 = parts.iter().copied().map(u128::from).sum();
    let all = 10_u128.saturating_pow(decimals).saturating_mul(100);
    let scaled = |part: &u64| u128::from(*part).saturating_mul(all);
    let lost = |part: &u64| scaled(part).checked_rem(whole).unwrap_or_default();
    let down: Vec<u128> = parts.iter().map(|part| scaled(part).checked_div(whole).unwrap_or_default()).collect();
    let missing = if whole == 0 { 0 } else { all.saturating_sub(down.iter().sum()) };
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| core::cmp::Reverse(parts.get(*index).map(lost)));
    let raised: Vec<usize> = order.into_iter().take(usize::try_from(missing).unwrap_or_default()).collect();
    down.into_iter().enumerate().map(|(index, down)| down.saturating_add(u128::from(raised.contains(&index)))).collect()
}

/// The same in whole percent for people. What is something is never shown as 0, nor what is not all as 100.
pub fn shares(parts: &[u64]) -> Vec<String> {
    let is_all = |part: u64| parts.iter().copied().map(u128::from).sum::<u128>() == u128::from(part);
    let shown = |(rounded, part): (u128, &u64)| match rounded {
        0 if *part > 0 => "under 1 %".to_owned(),
        100 if !is_all(*part) => "over 99 %".to_owned(),
        rounded => format!("{rounded} %"),
    };
    rounded(parts, 0).into_iter().zip(parts).map(shown).collect()
}

/// The same for programs: decimal strings with two decimals and no sign.
pub fn shares_in_decimals(parts: &[u64]) -> Vec<String> {
    let shown = |hundredths: u128| {
        let (ones, rest) = (hundredths.checked_div(100).unwrap_or_default(), hundredths.checked_rem(100).unwrap_or_default());
        format!("{ones}.{rest:02}")
    };
    rounded(parts, 2).into_iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_one_whole_add_up() {
        for (parts, words, decimals) in [
            ([5325, 25, 4650], ["53 %", "under 1 %", "47 %"], ["53.25", "0.25", "46.50"]),
            ([535, 0, 465], ["54 %", "0 %", "46 %"], ["53.50", "0.00", "46.50"]),
            ([1, 0, 999], ["under 1 %", "0 %", "over 99 %"], ["0.10", "0.00", "99.90"]),
            ([1, 1, 1], ["34 %", "33 %", "33 %"], ["33.34", "33.33", "33.33"]),
            ([0, 7, 0], ["0 %", "100 %", "0 %"], ["0.00", "100.00", "0.00"]),
            ([0, 1, u64::MAX], ["0 %", "under 1 %", "over 99 %"], ["0.00", "0.00", "100.00"]),
            ([0, 0, 0], ["0 %"; 3], ["0.00"; 3]),
        ] {
            assert_eq!(shares(&parts), words, "{parts:?}");
            assert_eq!(shares_in_decimals(&parts), decimals, "{parts:?}");
        }
    }

    #[test]
    fn a_share_is_never_none_of_something_and_never_all_of_less() {
        for (part, whole, decimals, expected) in [
            (0, 9, 0, "0 %"),
            (1, 1000, 0, "under 1 %"),
            (1, 100, 0, "1 %"),
            (1, 3, 0, "33 %"),
            (99, 100, 0, "99 %"),
            (999, 1000, 0, "over 99 %"),
            (u64::MAX - 1, u64::MAX, 0, "over 99 %"),
            (7, 7, 0, "100 %"),
            (1, u64::MAX, 2, "under 0.01 %"),
            (5, 10_000, 2, "0.05 %"),
            (99_999, 100_000, 2, "over 99.99 %"),
            (2, 1, 0, "200 %"),
        ] {
            assert_eq!(percent(part, whole, decimals), expected, "{part} of {whole}");
        }
    }
}
