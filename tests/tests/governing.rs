//! A member whose acts need several governance keys, by its officials' commands alone.

use symbolon_tests::{Network, Ran, cast};

const KEYS: [&str; 3] = ["homes/NZ/keys/governance.key", "homes/NZ/keys/governance-1.key", "homes/NZ/keys/governance-2.key"];

fn govern(network: &Network, args: &[&str], keys: &[usize]) -> Ran {
    let mut all = args.to_vec();
    keys.iter().for_each(|key| all.extend(["--key", KEYS[*key]]));
    network.as_member("NZ", &all)
}

/// The id in the line that says what the other official runs.
fn id_of(ran: &Ran) -> String {
    let after = ran.stdout.split_once("network approve ").unwrap_or_else(|| panic!("{ran}")).1;
    after.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn an_act_takes_effect_with_the_last_key_that_it_needs() {
    let network = Network::of(&["NZ"], &[]).governance(3, 2).up();
    let root = network.done("NZ", &["keys", "new", "--out", "keys/root.key"]).stdout;
    let nothing = network.done("NZ", &["network", "approvals"]);
    assert!(nothing.says("nothing waits"), "{nothing}");
    let admit = ["authority", "admit", "NZ-mpi", "--name", "Ministry", "--root-key", root.trim(), "--from", cast::SINCE];
    let admit = [&admit[..], &["--scope", "sps 851 from 2001-01-01"]].concat();
    let first = govern(&network, &admit, &[0]);
    assert!(first.code == 0 && first.says("waiting") && first.says("1 of 2"), "{first}");
    let again = govern(&network, &admit, &[0]);
    assert!(again.code == 0 && again.says("1 of 2") && again.says("signed before"), "the same key again is no refusal: {again}");

    // Another official sees what it is, and signs it: the act is done, and says so.
    let waits = network.done("NZ", &["network", "approvals"]);
    for part in ["NZ-mpi is admitted", "name Ministry", "scope sps 851 from 2001-01-01", "1 of 2 signed: governance key 0"] {
        assert!(waits.says(part), "{part}: {waits}");
    }
    let id = id_of(&first);
    assert_eq!(waits.stdout.split_once("network approve ").unwrap().1.split_whitespace().next(), id.get(..16));
    let unknown = govern(&network, &["network", "approve", "0123456789abcdef"], &[1]);
    assert!(unknown.code == 2 && unknown.says("no act"), "{unknown}");
    let unasked = govern(&network, &["network", "approve", &id[..12]], &[1]);
    assert!(unasked.code == 2 && unasked.says("you sign: NZ-mpi is admitted") && unasked.says("add --yes"), "{unasked}");
    let second = govern(&network, &["network", "approve", &id[..12], "--yes"], &[1]);
    assert!(second.code == 0 && second.says("recorded") && !second.says("waiting"), "{second}");
    assert!(network.done("NZ", &["network", "approvals"]).says("nothing waits"));
    assert!(network.done("NZ", &["authority", "list"]).says("NZ-mpi"));

    // The same command with the other's key is as good.
    let suspend = ["authority", "suspend", "NZ-mpi", "--from", "2026-03-09"];
    assert!(govern(&network, &suspend, &[2]).says("1 of 2"));
    let both = govern(&network, &suspend, &[2, 1]);
    assert!(both.code == 0 && both.says("is suspended") && !both.says("113"), "{both}");
    assert!(both.says("back, and what is dated since does not count") && both.says("reinstate NZ-mpi --from 2026-03-09"), "{both}");
    let earlier = govern(&network, &["authority", "reinstate", "NZ-mpi", "--from", "2026-03-08"], &[0, 1]);
    assert!(earlier.code == 1 && earlier.says("227: an authority is reinstated from the date of its suspension on"), "{earlier}");
    // Two keys in one command.
    let reinstated = govern(&network, &["authority", "reinstate", "NZ-mpi", "--from", "2026-03-10"], &[0, 1]);
    assert!(reinstated.code == 0 && reinstated.says("is reinstated"), "{reinstated}");
    // What is mistyped is not sent.
    let mistyped = govern(&network, &["authority", "scopes", "NZ-mpi", "--scope", "sps 851 2020-01-01"], &[0, 1]);
    assert!(mistyped.code == 2 && mistyped.says("say what it is for"), "{mistyped}");
    let scopes = govern(&network, &["authority", "scopes", "NZ-mpi", "--scope", "sps 853 851 from 2001-01-01"], &[0, 1]);
    assert!(scopes.code == 0 && scopes.says("scope sps 851 853 from 2001-01-01"), "{scopes}");
}

#[test]
fn parties_that_apply_other_terms_of_an_agreement_are_told_so() {
    let network = Network::of(&["CL"], &["CN"]).up();
    let terms = |months: u32| {
        format!(
            "agreement = \"CL-CN\"\nname = \"For a test\"\nparties = [\"CL\", \"CN\"]\nvalidity = {{ months = {months} }}\ncounted_from = \"issue\"\ncriteria = []\ncopies = true\nback_to_back = true\nthird_party_invoice = true\ndeclarations = true\n"
        )
    };
    let [one, other] = [10, 11].map(|months| network.write(&format!("documents/{months}.toml"), terms(months).as_bytes()));
    let agreement =
        |member: &str, words: &str| network.as_member(member, &[&["agreement"][..], &words.split(' ').collect::<Vec<_>>()].concat());
    let first = agreement("CL", &format!("adopt {one} --from 2020-01-01"));
    assert!(first.code == 0 && !first.says("other terms of it"), "{first}");
    let second = agreement("CN", &format!("adopt {other} --from 2020-01-01"));
    assert!(second.code == 0 && second.says("but CL applies other terms of it"), "{second}");
    network.wait_for_height(&network.ids(), network.height("CN"));
    assert!(agreement("CN", "list").says("applied by CL CN, with different terms"));
    assert_eq!(agreement("CN", "list --json").json()["agreements"][0]["terms_differ"], true);
    let shown = agreement("CN", "show CL-CN");
    assert!(
        shown.says("applied by CL CN, with different terms") && shown.says("answered within the days that the question names"),
        "{shown}"
    );
    let unnamed = network.write("documents/unnamed.toml", terms(10).replace("\"CL-CN\"", "\"CL and CN\"").as_bytes());
    let unnamed = agreement("CN", &format!("adopt {unnamed} --from 2020-01-01"));
    assert!(unnamed.code == 2 && unnamed.says("certificates name it by 1 to 32 of A-Z"), "{unnamed}");
    let same = agreement("CN", &format!("adopt {one} --from 2020-01-01"));
    assert!(same.code == 0 && !same.says("other terms of it"), "{same}");
    assert!(!agreement("CN", "list").says("with different terms"));
    // A version is left, and the other stays.
    let two = agreement("CN", "leave CL-CN");
    assert!(two.code == 2 && two.says("several versions"), "{two}");
    let shown = agreement("CN", "show CL-CN --json").json();
    let digests: Vec<&str> = shown["versions"].as_array().unwrap().iter().map(|version| version["terms"].as_str().unwrap()).collect();
    let left = agreement("CN", &format!("leave CL-CN --terms {}", digests[1]));
    assert!(left.code == 0 && left.says(&format!("CN leaves the terms {} of CL-CN", digests[1])), "{left}");
    assert!(left.says(&format!("it stays under its terms {}", digests[0])), "{left}");
    // What is announced is no reason to say that there is nothing.
    let ahead = network_day(30);
    assert_eq!(agreement("CN", &format!("leave CL-CN --terms {} --from {ahead}", digests[0])).code, 0);
    let again = agreement("CN", "leave CL-CN");
    assert!(again.code == 2 && again.says(&format!("CN has announced that it leaves CL-CN on {ahead}")), "{again}");
}

fn network_day(ahead: u32) -> String {
    symbolon_tests::issuer::now().date().add_days(ahead).unwrap().to_string()
}
