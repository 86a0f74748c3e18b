//! The way from the model to the server, on which a fault can be planted.
//!
//! The faults are the harness's own: it answers in the server's place, or changes the database
//! behind it. The server has no switch for them.

use llpr_client::Client;
use llpr_proto::v1::RevertImportResponse;
use prost::Message as _;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use tonic::{Code, Status};

use crate::World;
use crate::raw::{Call, over_connection};

/// A fault that the model must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A school's page and figures are shown to whoever is signed in, wherever their roles are.
    ForeignSchool,
    /// A role is given, acknowledged and not there.
    DroppedWrite,
    /// An import is taken back, and its figures go on standing.
    KeptFigures,
}

/// Takes calls to a server.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client,
    database: DatabaseConnection,
    /// A fault, and the token of somebody who may see every school.
    fault: Option<(Fault, String)>,
}

impl Wire {
    pub(super) async fn new(
        world: &World,
        database: DatabaseConnection,
        fault: Option<Fault>,
    ) -> Self {
        let fault = match fault {
            Some(fault) => Some((fault, world.actor("DATA_OFFICER").await.access_token())),
            None => None,
        };
        Self {
            client: world.client(),
            database,
            fault,
        }
    }

    /// Makes a call.
    pub(super) async fn make(&self, call: Call) -> Result<Vec<u8>, Status> {
        let answer = over_connection(&self.client, call.clone(), None).await;
        let Some((fault, deputy)) = &self.fault else {
            return answer;
        };
        match (fault, call.path, &answer) {
            (
                Fault::ForeignSchool,
                "/llpr.v1.SchoolService/GetSchool"
                | "/llpr.v1.PerformanceService/ListSchoolFigures",
                Err(status),
            ) if status.code() == Code::PermissionDenied => {
                let call = Call {
                    token: Some(deputy.clone()),
                    ..call
                };
                over_connection(&self.client, call, None).await
            }
            (Fault::DroppedWrite, "/llpr.v1.UserService/CreateRoleAssignment", Ok(_)) => {
                self.plant("DELETE FROM role_assignments WHERE id = (SELECT MAX(id) FROM role_assignments)")
                    .await;
                answer
            }
            (Fault::KeptFigures, "/llpr.v1.ImportService/RevertImport", Ok(bytes)) => {
                let told = RevertImportResponse::decode(bytes.as_slice()).expect("an answer");
                let name = told.import.expect("an import").name;
                let id = name.trim_start_matches("imports/");
                self.plant(&format!(
                    "INSERT INTO current_imports (dataset, year, authority, import_seq)
                    SELECT i.dataset, p.year, p.authority, i.seq
                    FROM imports i JOIN import_places p ON p.import_seq = i.seq WHERE i.id = '{id}'
                    ON CONFLICT (dataset, year, authority) DO UPDATE SET import_seq = excluded.import_seq"
                ))
                .await;
                answer
            }
            _ => answer,
        }
    }

    async fn plant(&self, sql: &str) {
        self.database
            .execute_unprepared(sql)
            .await
            .expect("planted");
    }
}
