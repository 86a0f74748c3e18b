use llpr_store::Store;

async fn begin(store: &Store) {
    let _ = store.begin().await;
}

fn main() {}
