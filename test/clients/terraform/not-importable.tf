# Resources that `terraform import` does not know, or cannot read back whole: passwords, private keys, and sets of others' attachments.

resource "aws_iam_user" "bob" {
  name          = "bob"
  force_destroy = true
  tags          = { revision = var.revision }
}

resource "aws_iam_user_login_profile" "bob" {
  user                    = aws_iam_user.bob.name
  password_length         = 24
  password_reset_required = true
}

resource "aws_iam_access_key" "bob" {
  user = aws_iam_user.bob.name
}

resource "aws_iam_group" "named_by_prefix" {
  name = "all"
}

resource "aws_iam_group_membership" "all" {
  name  = "all"
  group = aws_iam_group.named_by_prefix.name
  users = local.is_changed ? [aws_iam_user.bob.name, aws_iam_user.ann.name] : [aws_iam_user.bob.name]
}

resource "aws_iam_policy" "by_prefix" {
  name_prefix = "prefix-"
  policy      = local.look
}

resource "aws_iam_policy_attachment" "everywhere" {
  name       = "everywhere"
  policy_arn = aws_iam_policy.by_prefix.arn
  users      = local.is_changed ? [] : [aws_iam_user.bob.name]
  groups     = [aws_iam_group.named_by_prefix.name]
  roles      = [aws_iam_role.by_prefix.name]
}

# The older form: policies inside the role.
resource "aws_iam_role" "by_prefix" {
  name_prefix           = "prefix-"
  force_detach_policies = true
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole", Condition = { Bool = { "aws:MultiFactorAuthPresent" = true } } }
  })
  inline_policy {
    name   = "look"
    policy = local.look
  }
}

resource "aws_iam_server_certificate" "site" {
  name_prefix       = "site-"
  path              = "/site/"
  certificate_body  = var.files["certificate"]
  private_key       = var.files["key"]
  certificate_chain = var.files["chain"]
  tags              = { revision = var.revision }
}

resource "aws_iam_security_token_service_preferences" "this" {
  global_endpoint_token_version = local.is_changed ? "v1Token" : "v2Token"
}
