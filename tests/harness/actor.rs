//! Somebody who calls: signed in, with the SDK's services.

use std::io::Cursor;
use std::sync::Arc;

use llpr_client::{Client, Error, MemoryTokens, Session, Upload, upload_import};
use llpr_county::Person;
use llpr_proto::v1::{ApplyImportRequest, Import, ImportIssue, ListImportIssuesRequest, Release};

use crate::World;

/// Everybody's password in the tests.
pub const PASSWORD: &str = "maple river lantern";

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person's e-mail address.
    pub email: String,
    /// The session.
    pub session: Session,
    tokens: Arc<MemoryTokens>,
}

/// The first person of the county who holds a role.
pub fn first(role: &str) -> &'static Person {
    let people = &crate::county().people;
    let holds = |person: &&Person| person.assignments.iter().any(|given| given.role == role);
    people
        .iter()
        .find(holds)
        .unwrap_or_else(|| panic!("nobody holds {role}"))
}

impl Actor {
    /// Signs in.
    pub async fn sign_in(world: &World, email: &str, password: &str) -> Self {
        Self::with(world.client(), email, password).await
    }

    /// Signs in with a client.
    pub async fn with(client: Client, email: &str, password: &str) -> Self {
        let tokens = client.sign_in(email, password).await.expect("signed in");
        let tokens = Arc::new(MemoryTokens::new(tokens));
        let session = Session::new(
            client,
            Arc::clone(&tokens) as Arc<dyn llpr_client::TokenStore>,
        );
        Self {
            email: email.to_owned(),
            session,
            tokens,
        }
    }

    /// The access token, for calls beside the SDK.
    pub fn access_token(&self) -> String {
        self.tokens.current().expect("signed in").access_token
    }

    /// The refresh token.
    pub fn refresh_token(&self) -> String {
        self.tokens.current().expect("signed in").refresh_token
    }

    /// Uploads bytes as a file.
    pub async fn upload(
        &self,
        upload: Upload,
        content: impl Into<Vec<u8>>,
    ) -> Result<Import, Error> {
        upload_import(&self.session, upload, Cursor::new(content.into()), |_| {}).await
    }

    /// Uploads and applies; the file must be fit for it.
    pub async fn load(&self, upload: Upload, content: impl Into<Vec<u8>>) -> Import {
        let import = self.upload(upload, content).await.expect("uploaded");
        let request = ApplyImportRequest {
            name: import.name.clone(),
            ..ApplyImportRequest::default()
        };
        match self.session.imports().apply_import(request).await {
            Ok(applied) => applied.into_inner().import.expect("an import"),
            Err(status) => {
                let issues = self.issues(&import.name).await;
                panic!(
                    "{} was not applied: {status:?} {issues:#?}",
                    import.file_name
                )
            }
        }
    }

    /// The kept issues of an import.
    pub async fn issues(&self, import: &str) -> Vec<ImportIssue> {
        let request = ListImportIssuesRequest {
            parent: import.to_owned(),
            page_size: 1000,
            ..ListImportIssuesRequest::default()
        };
        let answer = self
            .session
            .imports()
            .list_import_issues(request)
            .await
            .expect("issues");
        answer.into_inner().issues
    }
}

/// A register's file.
pub fn register(dataset: &str, file_name: &str) -> Upload {
    Upload {
        dataset: format!("datasets/{dataset}"),
        file_name: file_name.to_owned(),
        ..Upload::default()
    }
}

/// A file of figures.
pub fn figures(dataset: &str, file_name: &str, year: &str, release: Release) -> Upload {
    Upload {
        academic_year: year.to_owned(),
        release,
        ..register(dataset, file_name)
    }
}
