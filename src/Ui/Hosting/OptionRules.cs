using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Identity;

namespace PantryChain.Ui.Hosting;

/// <summary>A rule about one member of a file that people write; a refusal names the member as it stands there, and what is expected.</summary>
/// <remarks>A member that is left out (null) fulfils every rule. Rules about several members stand in the code that reads the file.</remarks>
/// <param name="holds">True for a value that may stand there.</param>
/// <param name="expected">Such as <c>0 to 65535 is expected</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public abstract class OptionRuleAttribute<T>(Func<T, bool> holds, FormattableString expected) : ValidationAttribute
{
    /// <inheritdoc />
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null || (value is T known && holds(known)) ? ValidationResult.Success : new ValidationResult($"{InFile(validationContext.DisplayName)}: {FormattableString.Invariant(expected)}");

    /// <summary>A generated validator calls a member <c>GatewayOptions.Slots[1].TareGrams</c>; the file, <c>slots[1].tareGrams</c>.</summary>
    private static string InFile(string path) => string.Join('.', path.Split('.').Skip(1).Select(JsonNamingPolicy.CamelCase.ConvertName));
}

/// <summary>A number from <paramref name="least"/> to <paramref name="most"/>; <paramref name="what"/> ends the sentence.</summary>
public sealed class WithinAttribute(double least, double most, string what = "is expected") : OptionRuleAttribute<IConvertible>(
    value => value.ToDouble(CultureInfo.InvariantCulture) is var number && number >= least && number <= most,
    $"{least} to {most} {what}");

/// <summary>A text of 1 to <paramref name="longest"/> letters.</summary>
public sealed class FilledAttribute(string expected = "a text is expected", int longest = int.MaxValue) : OptionRuleAttribute<string>(text => text.Length > 0 && text.Length <= longest, $"{expected}");

/// <summary>A name for people, up to 80 letters that can be seen.</summary>
public sealed class PlainNameAttribute() : OptionRuleAttribute<string>(name => PlainName.IsOne(name, 80), $"1 to 80 {PlainName.Expected} are expected");

/// <summary>A name for brokers and addresses.</summary>
public sealed class KeyNameAttribute() : OptionRuleAttribute<string>(
    name => name.Length is >= 1 and <= 32 && !name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-"), $"1 to 32 of a-z, 0-9, _ and - are expected");

/// <summary>Host names only.</summary>
public sealed class HostNamesAttribute(string example) : OptionRuleAttribute<IEnumerable<string>>(
    names => names.All(OwnHosts.IsName), $"host names such as {example} are expected, without scheme and port");

/// <summary>Addresses and networks only.</summary>
public sealed class ProxyAddressesAttribute() : OptionRuleAttribute<IEnumerable<string>>(
    proxies => proxies.All(proxy => Proxies.TryParse(proxy, out _)), $"IP addresses or networks such as 10.0.0.0/24 are expected");

/// <summary>A web address, as text or read.</summary>
public sealed class WebAddressAttribute() : OptionRuleAttribute<object>(
    value => Uri.TryCreate(value.ToString(), UriKind.Absolute, out Uri? address) && address is { Scheme: "http" or "https" }, $"an http or https address is expected");

/// <summary>Web addresses without a path.</summary>
public sealed class OriginsAttribute() : OptionRuleAttribute<IEnumerable<string>>(
    list => list.All(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "" }),
    $"addresses such as \"https://store.example\" are expected, each without a path");
