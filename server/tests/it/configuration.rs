//! A wrong configuration: every fault at once, exit code 2, nothing started. A right one: shown
//! without its secrets.

use std::fs;

use crate::binary::Place;

#[test]
fn every_fault_is_said_at_once() {
    let place = Place::new();
    let env = [
        ("DROPCAST_LISTEN", "localhost"),
        ("DATABASE_URL", "mysql://ada:s3same@db/x"),
        ("DROPCAST_MAX_FILE_SIZE", "plenty"),
        ("DROPCAST_DATTA", "/srv"),
    ];
    let ended = place.run(&["serve"], &env);
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.stdout, "");
    let lines: Vec<&str> = ended.stderr.lines().collect();
    assert_eq!(lines.len(), env.len(), "{}", ended.stderr);
    for (key, _) in env {
        let start = format!("dropcast: {key} (environment) ");
        assert!(
            lines.iter().any(|line| line.starts_with(&start)),
            "{key} is missing in {}",
            ended.stderr
        );
    }
    assert!(ended.stderr.contains("did you mean DROPCAST_DATA?"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("s3same"), "{}", ended.stderr);
    assert!(place.entries().is_empty());
}

#[test]
fn a_database_that_is_not_spoken() {
    let place = Place::new();
    let ended = place.run(&["serve"], &[("DATABASE_URL", "mysql://db/x")]);
    assert_eq!(ended.code, Some(2));
    let sentence = ended.sentence();
    assert!(
        sentence.starts_with("DATABASE_URL (environment)") && sentence.contains("`mysql`"),
        "{sentence}"
    );
    assert!(sentence.contains("postgres://"), "{sentence}");
    assert!(place.entries().is_empty());
}

#[test]
fn an_unknown_key_of_the_file() {
    let place = Place::new();
    fs::write(
        place.path().join("mine.toml"),
        "[server]\nlisten = '127.0.0.1:0'\nopen_acess = true\n",
    )
    .expect("a file");
    for (arguments, env) in [
        (&["--config", "mine.toml", "serve"][..], &[][..]),
        (&["serve"][..], &[("DROPCAST_CONFIG", "mine.toml")][..]),
    ] {
        let ended = place.run(arguments, env);
        assert_eq!(ended.code, Some(2));
        let sentence = ended.sentence();
        assert!(
            sentence.starts_with("server.open_acess (mine.toml) is no known setting"),
            "{sentence}"
        );
        assert!(sentence.contains("did you mean server.open_access?"), "{sentence}");
        assert_eq!(place.entries(), ["mine.toml"]);
    }
}

#[test]
fn a_file_that_is_not_there() {
    let place = Place::new();
    let ended = place.run(&["config", "check", "--config", "nowhere.toml"], &[]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .sentence()
            .starts_with("--config (command line) names `nowhere.toml`, which cannot be read")
    );
}

#[test]
fn no_file_is_read_that_nobody_named() {
    let place = Place::new();
    fs::write(place.path().join("dropcast.toml"), "nonsense = 1").expect("a file");
    assert_eq!(place.run(&["config", "check"], &[]).code, Some(0));
}

#[test]
fn the_effective_configuration_is_shown_without_secrets() {
    let place = Place::new();
    fs::write(place.path().join("mine.toml"), "logging.filter = 'warn'\n").expect("a file");
    fs::write(place.path().join("token"), "s3same-from-a-file\n").expect("a file");
    let env = [
        ("DROPCAST_CONFIG", "mine.toml"),
        ("DATABASE_URL", "postgres://ada:s3same@db/dropcast"),
        ("DROPCAST_METRICS_TOKEN_FILE", "token"),
    ];
    let ended = place.run(&["config", "check"], &env);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert!(!ended.stdout.contains("s3same"), "{}", ended.stdout);
    for (key, value, source) in [
        (
            "database.url",
            "postgres://ada:hidden@db/dropcast",
            "[environment, DATABASE_URL]",
        ),
        (
            "metrics.token",
            "(hidden)",
            "[token, named by DROPCAST_METRICS_TOKEN_FILE]",
        ),
        ("logging.filter", "warn", "[mine.toml]"),
        ("server.listen", "127.0.0.1:8080", "[default]"),
        ("redis.url", "(off)", "[default]"),
    ] {
        let line = ended
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(key));
        let line = line.unwrap_or_else(|| panic!("{key} is missing in {}", ended.stdout));
        assert!(
            line.contains(&format!("= {value} ")) && line.ends_with(source),
            "{line}"
        );
    }
}

#[test]
fn a_secret_file_that_cannot_be_read() {
    let place = Place::new();
    let ended = place.run(&["serve"], &[("DATABASE_URL_FILE", "/nowhere/database")]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .sentence()
            .starts_with("DATABASE_URL_FILE (environment) names `/nowhere/database`, which cannot be read")
    );
    assert!(place.entries().is_empty());
}

#[test]
fn the_reference_page_comes_from_the_binary() {
    let ended = Place::new().run(&["config", "reference"], &[]);
    assert_eq!(ended.code, Some(0));
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    assert_eq!(ended.stdout, fs::read_to_string(page).expect("the page"));
}
