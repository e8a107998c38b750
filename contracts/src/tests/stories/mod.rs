//! Whole lives of certificates, told as stories: one test each, its name a sentence.

/// One test a story.
macro_rules! stories {
    ($($name:ident $text:literal)+) => {
        $(#[test]
        fn $name() {
            crate::story::check($text);
        })+

        /// How many stories this page tells.
        pub(super) const COUNT: usize = [$(stringify!($name)),+].len();
    };
}

mod agreements;
mod agreements_between;
mod amendments;
mod answers;
mod came_in;
mod decisions;
mod draws;
mod goods_items;
mod officials;
mod origin;
mod originals;
mod programmes;
mod quantities;
mod revocations;
mod sps;

/// The pages, for whoever looks whether something is told anywhere.
pub(super) const PAGES: [&str; 15] = [
    include_str!("agreements.rs"),
    include_str!("agreements_between.rs"),
    include_str!("amendments.rs"),
    include_str!("answers.rs"),
    include_str!("came_in.rs"),
    include_str!("decisions.rs"),
    include_str!("draws.rs"),
    include_str!("goods_items.rs"),
    include_str!("officials.rs"),
    include_str!("origin.rs"),
    include_str!("originals.rs"),
    include_str!("programmes.rs"),
    include_str!("quantities.rs"),
    include_str!("revocations.rs"),
    include_str!("sps.rs"),
];

#[test]
fn enough_stories_are_told() {
    let told = [
        agreements::COUNT,
        agreements_between::COUNT,
        amendments::COUNT,
        answers::COUNT,
        came_in::COUNT,
        decisions::COUNT,
        draws::COUNT,
        goods_items::COUNT,
        officials::COUNT,
        origin::COUNT,
        originals::COUNT,
        programmes::COUNT,
        quantities::COUNT,
        revocations::COUNT,
        sps::COUNT,
    ];
    assert!(told.iter().sum::<usize>() >= STORIES_MIN, "{told:?}");
}

/// How many stories there are at least.
const STORIES_MIN: usize = 390;
