# Everything that `terraform import` reads back without a difference. `imports.json` has the ids of those whose id in the state is another.

locals {
  is_changed = var.revision != "first"
  # `&` and `<` are escaped by jsonencode, and must come back as they were sent.
  look = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Look${var.revision}", Effect = "Allow", Action = "iam:Get*", Resource = ["*"], Condition = { StringNotEquals = { "aws:PrincipalTag/a&b" = "<é>" } } }]
  })
}

resource "aws_iam_account_alias" "this" {
  account_alias = "terraform-${var.revision}"
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = local.is_changed ? 16 : 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = local.is_changed
  allow_users_to_change_password = true
  max_password_age               = local.is_changed ? 90 : 0
  password_reuse_prevention      = 5
}

resource "aws_iam_policy" "boundary" {
  name        = "boundary"
  path        = "/team/"
  description = "What nobody exceeds: é, ü, <&>"
  policy      = data.aws_iam_policy_document.boundary.json
  tags        = { revision = var.revision }
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid       = "All"
    actions   = local.is_changed ? ["iam:*", "sts:*", "s3:GetObject"] : ["iam:*"]
    resources = ["*"]
  }
}

resource "aws_iam_user" "ann" {
  name                 = local.is_changed ? "ann-renamed" : "ann"
  path                 = local.is_changed ? "/people/moved/" : "/people/"
  permissions_boundary = aws_iam_policy.boundary.arn
  # Not changed: provider 5 sets the tags of a renamed user under its new name before it renames it.
  tags = { "a:b/c" = "x = y" }
}

resource "aws_iam_user_policy" "look" {
  name   = "look"
  user   = aws_iam_user.ann.name
  policy = local.look
}

resource "aws_iam_user_policy_attachment" "boundary" {
  user       = aws_iam_user.ann.name
  policy_arn = aws_iam_policy.boundary.arn
}

resource "aws_iam_user_policies_exclusive" "ann" {
  user_name    = aws_iam_user.ann.name
  policy_names = [aws_iam_user_policy.look.name]
}

resource "aws_iam_user_policy_attachments_exclusive" "ann" {
  user_name   = aws_iam_user.ann.name
  policy_arns = [aws_iam_user_policy_attachment.boundary.policy_arn]
}

resource "aws_iam_access_key" "ann" {
  user   = aws_iam_user.ann.name
  status = local.is_changed ? "Inactive" : "Active"
}

resource "aws_iam_user_ssh_key" "ann" {
  username   = aws_iam_user.ann.name
  encoding   = "SSH"
  public_key = var.files["ssh"]
  status     = local.is_changed ? "Inactive" : "Active"
}

resource "aws_iam_service_specific_credential" "ann" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.ann.name
  status       = local.is_changed ? "Inactive" : "Active"
}

resource "aws_iam_signing_certificate" "ann" {
  user_name        = aws_iam_user.ann.name
  certificate_body = var.files["signing"]
  status           = local.is_changed ? "Inactive" : "Active"
}

resource "aws_iam_virtual_mfa_device" "phone" {
  virtual_mfa_device_name = "phone"
  path                    = "/people/"
  tags                    = { revision = var.revision }
}

resource "aws_iam_group" "staff" {
  name = local.is_changed ? "staff-renamed" : "staff"
  path = local.is_changed ? "/moved/" : "/"
}

resource "aws_iam_user_group_membership" "ann" {
  user   = aws_iam_user.ann.name
  groups = [aws_iam_group.staff.name]
}

resource "aws_iam_group_policy" "look" {
  name   = "look"
  group  = aws_iam_group.staff.name
  policy = local.look
}

resource "aws_iam_group_policy_attachment" "managed" {
  group      = aws_iam_group.staff.name
  policy_arn = "arn:aws:iam::aws:policy/${local.is_changed ? "ReadOnlyAccess" : "IAMReadOnlyAccess"}"
}

resource "aws_iam_group_policies_exclusive" "staff" {
  group_name   = aws_iam_group.staff.name
  policy_names = [aws_iam_group_policy.look.name]
}

resource "aws_iam_group_policy_attachments_exclusive" "staff" {
  group_name  = aws_iam_group.staff.name
  policy_arns = [aws_iam_group_policy_attachment.managed.policy_arn]
}

resource "aws_iam_role" "web" {
  name                 = "web"
  path                 = "/service/"
  description          = "Revision ${var.revision}"
  max_session_duration = local.is_changed ? 7200 : 3600
  permissions_boundary = local.is_changed ? null : aws_iam_policy.boundary.arn
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  tags                 = { revision = var.revision }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = local.is_changed ? ["ec2.amazonaws.com", "lambda.amazonaws.com"] : ["ec2.amazonaws.com"]
    }
  }
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.ann.arn]
    }
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.outside.arn]
    }
    condition {
      test     = "StringLike"
      variable = "issuer.example.com:sub"
      values   = ["repo:acme/*"]
    }
  }
}

resource "aws_iam_role_policy" "look" {
  name   = "look"
  role   = aws_iam_role.web.id
  policy = local.look
}

resource "aws_iam_role_policy_attachment" "boundary" {
  role       = aws_iam_role.web.name
  policy_arn = aws_iam_policy.boundary.arn
}

resource "aws_iam_role_policies_exclusive" "web" {
  role_name    = aws_iam_role.web.name
  policy_names = [aws_iam_role_policy.look.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "web" {
  role_name   = aws_iam_role.web.name
  policy_arns = [aws_iam_role_policy_attachment.boundary.policy_arn]
}

resource "aws_iam_instance_profile" "web" {
  name = "web"
  path = "/service/"
  role = aws_iam_role.web.name
  tags = { revision = var.revision }
}

resource "aws_iam_openid_connect_provider" "outside" {
  url             = "https://issuer.example.com"
  client_id_list  = local.is_changed ? ["sts.amazonaws.com", "other"] : ["sts.amazonaws.com"]
  thumbprint_list = [local.is_changed ? "0123456789abcdef0123456789abcdef01234567" : "cf23df2207d99a74fbe169e3eba035e633b65d94"]
  tags            = { revision = var.revision }
}

resource "aws_iam_saml_provider" "outside" {
  name                   = "outside"
  saml_metadata_document = var.files[local.is_changed ? "saml-changed" : "saml"]
  tags                   = { revision = var.revision }
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "team"
  description      = "Revision ${var.revision}"
  tags             = { revision = var.revision }
}
