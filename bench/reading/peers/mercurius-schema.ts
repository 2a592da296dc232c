/** Sheaf's part of the API that the benchmark asks for, written by hand for Mercurius. */
export const SCHEMA = `
  scalar DateTime
  scalar Date
  enum WorkPackageStatus { DRAFT ACTIVE COMPLETED ARCHIVED }
  enum WorkItemStatus { NOT_STARTED IN_PROGRESS IN_REVIEW COMPLETED }
  enum ArtifactType { BLOG PERSONA TEMPLATE DECK PAGE }
  enum ArtifactStatus { DRAFT IN_REVIEW APPROVED PUBLISHED }

  enum ContactOrderField { CREATED_AT }
  enum OrderDirection { ASC DESC }
  input ContactOrder { field: ContactOrderField! direction: OrderDirection! }

  type Query {
    workPackage(id: ID!): WorkPackage
    workPackages(first: Int!): WorkPackageConnection!
    contacts(first: Int!, orderBy: [ContactOrder!]): ContactConnection!
  }
  type WorkPackageConnection { nodes: [WorkPackage!]! }
  type ContactConnection { nodes: [Contact!]! }
  type WorkPackage {
    id: ID! title: String! description: String status: WorkPackageStatus! contactId: ID companyId: ID startDate: Date phaseCount: Int! itemCount: Int!
    progress: Int! totalEstimatedHours: Float! expectedEndDate: Date phases: [WorkPackagePhase!]! version: Int! createdAt: DateTime! updatedAt: DateTime!
  }
  type WorkPackagePhase {
    id: ID! workPackageId: ID! name: String! description: String position: Int! items: [WorkPackageItem!]! itemCount: Int! startDate: Date expectedEndDate: Date
    totalEstimatedHours: Float! progress: Int!
  }
  type WorkPackageItem {
    id: ID! phaseId: ID! label: String! position: Int! status: WorkItemStatus! quantity: Int! estimatedHoursEach: Float! progressCompleted: Int! collateral: [Collateral!]!
  }
  type Collateral { id: ID! type: ArtifactType! artifactId: ID! artifact: Artifact }
  interface Artifact { id: ID! type: ArtifactType! title: String! status: ArtifactStatus! published: Boolean! publishedAt: DateTime updatedAt: DateTime! }
  type Blog implements Artifact {
    id: ID! type: ArtifactType! title: String! status: ArtifactStatus! published: Boolean! publishedAt: DateTime updatedAt: DateTime! slug: String subtitle: String wordCount: Int!
  }
  type Persona implements Artifact {
    id: ID! type: ArtifactType! title: String! status: ArtifactStatus! published: Boolean! publishedAt: DateTime updatedAt: DateTime! role: String goals: [String!]! painPoints: [String!]!
  }
  type Template implements Artifact {
    id: ID! type: ArtifactType! title: String! status: ArtifactStatus! published: Boolean! publishedAt: DateTime updatedAt: DateTime! subject: String placeholders: [String!]!
  }
  type Deck implements Artifact {
    id: ID! type: ArtifactType! title: String! status: ArtifactStatus! published: Boolean! publishedAt: DateTime updatedAt: DateTime! slideCount: Int!
  }
  type Page implements Artifact {
    id: ID! type: ArtifactType! title: String! status: ArtifactStatus! published: Boolean! publishedAt: DateTime updatedAt: DateTime! path: String!
  }
  type Contact { id: ID! name: String! email: String jobTitle: String createdAt: DateTime! organization: Organization }
  type Organization { id: ID! name: String! industry: String }
`;
