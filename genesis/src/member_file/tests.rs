use super::*;
use ledger::lookup::EncryptionSecret;

fn secret(letters: &str, which: u8) -> SecretKey {
    SecretKey::from_seed(&[
        letters.as_bytes()[0] ^ which,
        letters.as_bytes()[1],
        which,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
    ])
}

fn member(letters: &str) -> FoundingMember {
    FoundingMember {
        id: MemberId::parse(letters).unwrap(),
        name: format!("Customs of {letters}"),
        countries: vec![CountryCode::parse(letters).unwrap()],
        governance_keys: vec![secret(letters, 1).public()],
        threshold: 1,
        encryption_key: EncryptionSecret::new(*secret(letters, 4).seed()).public(),
        node_key: secret(letters, 2).public(),
        validator_key: Some(secret(letters, 3).public()),
    }
}

fn sign(member: FoundingMember) -> Result<MemberFile, BadMemberFile> {
    let letters = member.id.to_string();
    let keys = [1, 2, 3].map(|which| secret(&letters, which));
    let validator = member.validator_key.is_some().then_some(&keys[2]);
    MemberFile::sign(Environment::Test, "Trial", member, &Secrets { governance: vec![&keys[0]], node: &keys[1], validator })
}

fn file(letters: &str) -> MemberFile {
    sign(member(letters)).unwrap()
}

fn found(members: Vec<FoundingMember>) -> Result<Founding, BadFounding> {
    Founding::new(Environment::Test, "Trial", Timestamp::from_millis(1), members)
}

#[test]
fn a_member_file_is_read_as_it_was_written() {
    let written = file("NZ");
    assert_eq!(MemberFile::from_json(written.to_json().as_bytes()).unwrap(), written);
    let without_validator = sign(FoundingMember { validator_key: None, ..member("NZ") }).unwrap();
    assert_eq!(MemberFile::from_json(without_validator.to_json().as_bytes()).unwrap(), without_validator);
}

#[test]
fn a_member_file_edited_after_signing_is_refused() {
    let text = file("NZ").to_json();
    for (was, is) in [
        ("Customs of NZ", "Customs of N2"),
        ("\"threshold\": 1", "\"threshold\": 2"),
        ("\"test\"", "\"live\""),
        ("\"Trial\"", "\"Trail\""),
        ("\"countries\": [\n    \"NZ\"", "\"countries\": [\n    \"NU\""),
        ("\"member\": \"NZ\"", "\"member\": \"AU\""),
    ] {
        assert!(text.contains(was), "{was}");
        assert!(MemberFile::from_json(text.replace(was, is).as_bytes()).is_err(), "{was} became {is}");
    }
    let swapped = text.replace(&secret("NZ", 3).public().to_string(), &secret("AU", 3).public().to_string());
    assert!(matches!(MemberFile::from_json(swapped.as_bytes()), Err(BadMemberFile::Signature { .. })));
    let mut unsigned = file("NZ");
    unsigned.signatures.pop();
    assert!(matches!(MemberFile::from_json(unsigned.to_json().as_bytes()), Err(BadMemberFile::Signature { .. })));
    assert!(matches!(MemberFile::from_json(&vec![b' '; MEMBER_FILE_BYTES_MAX + 1]), Err(BadMemberFile::TooLong(_))));
    assert!(matches!(MemberFile::from_json(text.replace("\"threshold\"", "\"treshold\"").as_bytes()), Err(BadMemberFile::Unreadable(_))));
}

#[test]
fn a_file_for_an_exercise_founds_nothing_else() {
    let gather = |environment, name: &str| Founding::gather(environment, name, Timestamp::from_millis(1), vec![file("NZ"), file("CN")]);
    assert!(gather(Environment::Test, "Trial").is_ok());
    assert!(matches!(gather(Environment::Live, "Trial"), Err(BadMemberFile::OtherNetwork { .. })));
    assert!(matches!(gather(Environment::Test, "Other"), Err(BadMemberFile::OtherNetwork { .. })));
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let one = found(vec![member("NZ"), member("CN")]).unwrap();
    assert_eq!(one, found(vec![member("CN"), member("NZ")]).unwrap());
    assert_eq!(Founding::from_bytes(&one.to_bytes()).unwrap(), one);
    assert_eq!(one.validators().as_slice().len(), 2);
    assert_eq!(*one.trust().network(), one.network_id());
    assert_ne!(one.network_id(), found(vec![member("NZ"), member("CL")]).unwrap().network_id());
}

#[test]
fn duplicate_members_countries_and_keys_are_refused() {
    let nz = MemberId::parse("NZ").unwrap();
    assert_eq!(found(vec![member("NZ"), member("NZ")]), Err(BadFounding::MemberTwice(nz)));
    let mut two = vec![member("CN"), member("NZ")];
    two[0].countries.push(CountryCode::parse("NZ").unwrap());
    assert!(matches!(found(two), Err(BadFounding::CountryTwice { .. })));
    let changes: [fn(&mut FoundingMember, &FoundingMember); 6] = [
        |member, other| member.governance_keys = other.governance_keys.clone(),
        |member, other| member.node_key = other.node_key,
        |member, other| member.validator_key = other.validator_key,
        |member, other| member.encryption_key = other.encryption_key,
        |member, _| member.validator_key = Some(member.node_key),
        |member, _| member.governance_keys.push(member.governance_keys[0]),
    ];
    for change in changes {
        let (other, mut changed) = (member("CN"), member("NZ"));
        change(&mut changed, &other);
        assert!(matches!(found(vec![other, changed]), Err(BadFounding::KeyTwice { .. })));
    }
}

#[test]
fn weak_keys_are_refused() {
    let weak = PublicKey::ed25519([0; 32]);
    let changes: [fn(&mut FoundingMember, PublicKey); 4] = [
        |member, weak| member.governance_keys[0] = weak,
        |member, weak| member.node_key = weak,
        |member, weak| member.validator_key = Some(weak),
        |member, _| member.encryption_key = EncryptionPublic::new([0; 32]),
    ];
    for change in changes {
        let mut changed = member("NZ");
        change(&mut changed, weak);
        assert!(matches!(found(vec![changed.clone()]), Err(BadFounding::WeakKey { .. })));
        assert!(matches!(sign(changed), Err(BadMemberFile::Member(BadFounding::WeakKey { .. }))));
    }
}

#[test]
fn names_thresholds_and_numbers_have_bounds() {
    assert_eq!(found(vec![]), Err(BadFounding::Members(0)));
    assert_eq!(found(vec![FoundingMember { validator_key: None, ..member("NZ") }]), Err(BadFounding::NoValidator));
    let changes: [fn(&mut FoundingMember); 9] = [
        |member| member.threshold = 0,
        |member| member.threshold = 2,
        |member| member.governance_keys.clear(),
        |member| member.countries.clear(),
        |member| member.name = String::new(),
        |member| member.name = "x".repeat(crate::NAME_BYTES_MAX + 1),
        |member| member.name = "Customs \u{202e}of NZ".into(),
        |member| member.name = "Customs\u{a0}of NZ".into(),
        |member| member.countries = vec![CountryCode::parse("NZ").unwrap(), CountryCode::parse("NU").unwrap()],
    ];
    for change in changes {
        let mut changed = member("NZ");
        change(&mut changed);
        assert!(matches!(found(vec![changed]), Err(BadFounding::Member { .. })));
    }
    let named = |name: &str| Founding::new(Environment::Test, name, Timestamp::from_millis(1), vec![member("NZ")]);
    assert!(named(&"x".repeat(crate::NAME_BYTES_MAX)).is_ok());
    assert!(matches!(named(" Trial"), Err(BadFounding::NetworkName(_))));
}

#[test]
fn one_flipped_bit_of_a_founding_file_gives_another_network_or_none() {
    let founding = found(vec![member("NZ")]).unwrap();
    let bytes = founding.to_bytes();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Founding::from_bytes(&flipped).map_or(true, |other| other.network_id() != founding.network_id()), "bit {bit}");
    }
}

#[test]
fn the_first_state_holds_every_member_and_country() {
    use contracts::registry::{CoveredBy, Member};
    use ledger::codec::Canonical;
    let founding = found(vec![member("NZ"), member("CN")]).unwrap();
    let state = founding.first_state();
    for member in founding.members() {
        let entry = Member::from_bytes(&state[&contracts::key::member(member.id)]).unwrap();
        assert_eq!((entry.encryption_keys[0].key, entry.node_key), (member.encryption_key, member.node_key));
        let covered = CoveredBy::from_bytes(&state[&contracts::key::country(member.countries[0])]).unwrap();
        assert_eq!(covered.member, member.id);
    }
    assert!(state.contains_key(&contracts::key::parameters()));
}
