use http::Request;

use super::*;

fn rules() -> ClientRules {
    ClientRules {
        trusted: Vec::new(),
        header: HeaderName::from_static("x-forwarded-for"),
        openness: Openness::Loopback,
        public_host: Some("files.example.org".to_owned()),
        listen: "127.0.0.1:8080".parse().expect("an address"),
    }
}

fn behind(networks: &[&str]) -> ClientRules {
    ClientRules {
        trusted: networks
            .iter()
            .map(|network| network.parse().expect("a network"))
            .collect(),
        ..rules()
    }
}

fn judge(rules: &ClientRules, peer: &str, headers: &[(&str, &str)]) -> Client {
    let mut request = Request::builder().uri("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut parts, ()) = request.body(()).expect("a request").into_parts();
    let remote = SocketAddr::new(peer.parse().expect("an address"), 50_000);
    parts.extensions.insert(Peer { remote, local: None });
    rules.judge(&parts)
}

#[test]
fn the_machine_itself_is_let_in_under_its_own_names() {
    for host in [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
        "127.3.2.1",
        "files.example.org",
        "localhost.",
    ] {
        assert_eq!(
            judge(&rules(), "127.0.0.1", &[("host", host)]).actor,
            Actor::LocalOwner,
            "{host}"
        );
    }
}

#[test]
fn a_foreign_name_is_a_page_of_somebody_else() {
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "192.0.2.7",
        "",
        "a b",
    ] {
        assert_eq!(
            judge(&rules(), "127.0.0.1", &[("host", host)]).actor,
            Actor::Stranger,
            "{host}"
        );
    }
    assert_eq!(
        judge(&rules(), "127.0.0.1", &[]).actor,
        Actor::Stranger,
        "no name at all"
    );
    let twice = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(judge(&rules(), "127.0.0.1", &twice).actor, Actor::Stranger, "two names");
}

#[test]
fn a_proxy_nobody_told_us_of_does_not_open_the_house() {
    for mark in MARKS_OF_A_PROXY.into_iter().chain(["via"]) {
        let client = judge(&rules(), "127.0.0.1", &[("host", "localhost"), (mark, "203.0.113.9")]);
        assert_eq!(client.actor, Actor::Stranger, "{mark}");
    }
}

#[test]
fn an_untrusted_peer_cannot_name_another_address() {
    let client = judge(
        &behind(&["10.0.0.0/8"]),
        "203.0.113.9",
        &[("host", "localhost"), ("x-forwarded-for", "127.0.0.1")],
    );
    assert_eq!(client.address, address_in("203.0.113.9").expect("an address"));
    assert_eq!(client.actor, Actor::Stranger);
    let open = ClientRules {
        openness: Openness::Everyone,
        ..behind(&[])
    };
    let client = judge(
        &open,
        "203.0.113.9",
        &[("host", "localhost"), ("x-forwarded-proto", "https")],
    );
    assert!(!client.https, "nor that its line is encrypted");
}

#[test]
fn behind_trusted_proxies_the_rightmost_stranger_is_the_client() {
    let rules = behind(&["127.0.0.0/8", "10.0.0.0/8"]);
    for (header, expected) in [
        ("203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
    ] {
        let client = judge(
            &rules,
            "127.0.0.1",
            &[("host", "localhost"), ("x-forwarded-for", header)],
        );
        assert_eq!(client.address.to_string(), expected, "{header}");
        assert_eq!(client.actor, Actor::Stranger, "{header}");
    }
}

#[test]
fn a_proxy_that_names_nobody_is_nobody() {
    let rules = behind(&["127.0.0.0/8"]);
    for header in [
        &[("host", "localhost")][..],
        &[("host", "localhost"), ("x-forwarded-for", "unknown")],
    ] {
        assert_eq!(judge(&rules, "127.0.0.1", header).actor, Actor::Stranger, "{header:?}");
    }
}

#[test]
fn two_forwarding_headers_are_read_as_one_list() {
    let headers = [
        ("host", "localhost"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-for", "203.0.113.9"),
    ];
    let client = judge(&behind(&["127.0.0.0/8"]), "127.0.0.1", &headers);
    assert_eq!(client.address.to_string(), "203.0.113.9");
}

#[test]
fn opened_to_everyone_addresses_and_our_name_are_ours_but_other_names_are_not() {
    let open = ClientRules {
        openness: Openness::Everyone,
        ..rules()
    };
    for host in ["192.168.1.4:8080", "[fd00::4]:8080", "files.example.org", "localhost"] {
        assert_eq!(
            judge(&open, "192.168.1.9", &[("host", host)]).actor,
            Actor::LocalOwner,
            "{host}"
        );
    }
    assert_eq!(
        judge(&open, "192.168.1.9", &[("host", "evil.example")]).actor,
        Actor::Stranger
    );
}

#[test]
fn encryption_is_believed_from_a_trusted_proxy_only() {
    let headers = [
        ("host", "files.example.org"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
    ];
    let client = judge(&behind(&["10.0.0.0/8"]), "10.0.0.1", &headers);
    assert!(client.https && client.secure_context);
    assert!(!judge(&rules(), "10.0.0.1", &headers).https);
    let plain = judge(&rules(), "127.0.0.1", &[("host", "localhost")]);
    assert!(!plain.https && plain.secure_context);
}

#[test]
fn without_a_peer_nobody_is_let_in() {
    let (parts, ()) = Request::builder()
        .header("host", "localhost")
        .body(())
        .expect("a request")
        .into_parts();
    assert_eq!(rules().judge(&parts).actor, Actor::Stranger);
}
