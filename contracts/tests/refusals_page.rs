//! `docs/refusals.md` is made from the code.

#[test]
fn refusals_page_is_the_codes_own() {
    // As cargo says when it runs the test: a program built for another clone reads this one's page.
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let page = format!("{package}/../docs/refusals.md");
    let table = contracts::refusal::table();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&page).unwrap_or_default(), table, "run with UPDATE_DOCS=1");
}
