# An organization with everything that provider 5 knows of it. All of it can be imported.

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  aws_service_access_principals = local.is_changed ? ["iam.amazonaws.com", "config.amazonaws.com"] : ["iam.amazonaws.com"]
  enabled_policy_types          = local.is_changed ? ["SERVICE_CONTROL_POLICY", "TAG_POLICY", "RESOURCE_CONTROL_POLICY"] : ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]

  # The management account is listed under the alias that it has at that time.
  depends_on = [aws_iam_account_alias.this]
}

resource "aws_iam_organizations_features" "this" {
  enabled_features = local.is_changed ? ["RootCredentialsManagement"] : ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.this]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = local.is_changed ? "workloads renamed" : "workloads"
  parent_id = aws_organizations_organization.this.roots[0].id
  tags      = { revision = var.revision }
}

resource "aws_organizations_organizational_unit" "nested" {
  name      = "nested"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "team" {
  name      = "team"
  email     = "team@example.com"
  parent_id = local.is_changed ? aws_organizations_organizational_unit.nested.id : aws_organizations_organizational_unit.workloads.id
  tags      = { revision = var.revision }
}

resource "aws_organizations_policy" "no_users" {
  name        = local.is_changed ? "no-users-renamed" : "no-users"
  description = "Revision ${var.revision}: é, <&>"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "No${var.revision}", Effect = "Deny", Action = "iam:CreateUser", Resource = "*" }]
  })
  tags       = { revision = var.revision }
  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy" "tags" {
  name    = "tags"
  type    = "TAG_POLICY"
  content = jsonencode({ tags = { team = { tag_key = { "@@assign" = local.is_changed ? "Team" : "team" } } } })

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "unit" {
  policy_id = aws_organizations_policy.no_users.id
  target_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_policy_attachment" "account" {
  policy_id = aws_organizations_policy.tags.id
  target_id = aws_organizations_account.team.id
}

resource "aws_organizations_delegated_administrator" "team" {
  account_id        = aws_organizations_account.team.id
  service_principal = "iam.amazonaws.com"
}
