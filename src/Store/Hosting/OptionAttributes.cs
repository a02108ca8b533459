using System.ComponentModel.DataAnnotations;
using PantryChain.Domain.Identity;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Hosting;

/// <summary>Accepts a name that can be seen.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PlainNameAttribute(string member, int longest) : ValidationAttribute($"'{member}' must be 1 to {longest} {PlainName.Expected}")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => PlainName.IsOne(value as string, longest);
}

/// <summary>Accepts host names only.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HostNamesAttribute() : ValidationAttribute("'hosts' holds something else than host names such as store.example, without scheme and port")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IEnumerable<string> names && names.All(OwnHosts.IsName);
}

/// <summary>Accepts addresses and networks only.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ProxyAddressesAttribute() : ValidationAttribute("'proxies' holds something else than IP addresses and networks such as 127.0.0.1 or 10.0.0.0/24")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IEnumerable<string> proxies && proxies.All(proxy => Proxies.TryParse(proxy, out _));
}

/// <summary>A list of web addresses without a path.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OriginsAttribute : ValidationAttribute
{
    /// <inheritdoc />
    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        value is IEnumerable<string> list && list.All(IsOrigin) ? ValidationResult.Success
            : new ValidationResult("'publicUrls' must be a list of addresses such as \"https://store.example\", each without a path");

    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "" };
}
