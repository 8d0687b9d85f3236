//! Who gets in: nobody unknown, by no method.

use domain::access::Actor;
use futures::stream;
use service::ServiceError;

use crate::house::{House, name};

#[tokio::test]
async fn a_stranger_is_denied_everywhere() {
    let house = House::new().await;
    let file = house.put("private", b"private").await.expect("added");
    let files = house.services.files();
    let who = Actor::Stranger;

    let unasked = stream::poll_fn(|_| panic!("nobody may read this body"));
    let outcomes = [
        files.upload(who, name("x"), None, unasked).await.map(drop),
        files.page(who, None, 10).await.map(drop),
        files.find(who, file.id).await.map(drop),
        files
            .find(who, domain::id::NodeId::new(&**house.services.ambient()))
            .await
            .map(drop),
        files.read(who, &file, 0..1).await.map(drop),
    ];
    for (number, outcome) in outcomes.into_iter().enumerate() {
        assert!(
            matches!(outcome, Err(ServiceError::Denied)),
            "case {number}: {outcome:?}"
        );
    }
    assert_eq!((house.visible().await, house.objects().len()), (1, 1));
    assert!(house.unfinished().is_empty());
}
