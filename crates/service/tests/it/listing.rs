//! Listing files and finding one.

use service::Files;
use wire::error::ErrorCode;

use crate::house::{House, ME};

#[tokio::test]
async fn pages_follow_each_other_newest_first() {
    let house = House::new().await;
    for number in 0..5 {
        house
            .put(&format!("file {number}"), format!("content {number}").as_bytes())
            .await
            .expect("added");
    }
    let mut seen = Vec::new();
    let mut after = None;
    let mut sizes = Vec::new();
    loop {
        let page = house.services.files().page(ME, after, 2).await.expect("a page");
        assert_eq!((page.total, page.stored_bytes), (5, 45));
        sizes.push(page.files.len());
        seen.extend(page.files.into_iter().map(|file| file.name));
        let Some(next) = page.next else { break };
        after = Some(next.parse().expect("an id"));
    }
    assert_eq!(seen, ["file 4", "file 3", "file 2", "file 1", "file 0"]);
    assert_eq!(sizes, [2, 2, 1]);
}

#[tokio::test]
async fn the_last_page_has_no_next_even_when_it_is_full() {
    let house = House::new().await;
    assert_eq!(
        house
            .services
            .files()
            .page(ME, None, 2)
            .await
            .expect("an empty page")
            .next,
        None
    );
    for number in 0..2 {
        house.put("x", &[number]).await.expect("added");
    }
    let page = house.services.files().page(ME, None, 2).await.expect("a page");
    assert_eq!((page.files.len(), page.next), (2, None));
}

#[tokio::test]
async fn senseless_limits_are_brought_to_reason() {
    let house = House::new().await;
    for number in 0..2 {
        house.put("x", &[number]).await.expect("added");
    }
    assert_eq!(
        house
            .services
            .files()
            .page(ME, None, 0)
            .await
            .expect("a page")
            .files
            .len(),
        1
    );
    assert_eq!(
        house
            .services
            .files()
            .page(ME, None, u32::MAX)
            .await
            .expect("a page")
            .files
            .len(),
        2
    );
}

#[tokio::test]
async fn an_entry_says_what_a_client_needs() {
    let house = House::new().await;
    let file = house.put("a b.txt", b"abc").await.expect("added");
    let entry = Files::entry(&file);
    assert_eq!(entry.content_url, format!("/api/v1/files/{}/content", file.id));
    assert_eq!(
        (entry.name.as_str(), entry.size, entry.id),
        ("a b.txt", 3, file.id.to_string())
    );
    assert_eq!(entry.sha256, file.blob.sha256.to_string());
    assert_eq!(entry.added_at, file.added_at.micros());
    assert_eq!(
        house.services.files().page(ME, None, 1).await.expect("a page").files,
        [Files::entry(&file)]
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::new().await;
    let nobody = domain::id::NodeId::new(&**house.services.ambient());
    let error = house
        .services
        .files()
        .find(ME, nobody)
        .await
        .expect_err("nothing there");
    assert_eq!(error.code(), ErrorCode::NotFound);
}
