//! What rested on a key, an authority or a certificate: every record and use, where each stands to the revocation, and
//! whom to tell.
//!
//! ```text
//!   the acts of the chain ──Search──▶ which records          (somebody points; whoever points may leave some out)
//!   a record ──facts──▶ its standing, decisions and uses     (from proven entries: of a record nothing is left out)
//!   facts ──acts_of──▶ each act of the target, and its place: before the time, in doubt, reaffirmed
//!   records ──whom_to_tell──▶ members and offices that used it, issued on it, or may read it
//! ```
//!
//! Nothing is written for it: no entry of the state and no index.

mod acts;
mod facts;
mod place;
mod tell;

pub use acts::{Acted, Found, RECORDS_SEARCHED_MAX, Search, Why, acted_on};
pub use facts::{Entries, Facts, Gathered, USES_READ_MAX};
pub use place::{ActOf, Place, Target, UseOf};
pub use tell::{Told, whom_to_tell};

/// How many certificates above one another are followed: one that rests on one that rests on the asked one is two deep.
pub const DEPTH_MAX: u32 = 8;
