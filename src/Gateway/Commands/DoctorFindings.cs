using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Area">What it belongs to: <c>gpio</c>, <c>i2c</c>, <c>clock</c> and the like.</param>
/// <param name="What">What was found.</param>
/// <param name="State"><c>ok</c>, <c>absent</c> (not there, and this household does not need it) or <c>wrong</c>.</param>
/// <param name="Fix">What to do, or null.</param>
internal sealed record Finding(string Area, string What, string State, string? Fix);

/// <summary>What the doctor found, in the order in which it looked.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<Finding> All => _all;

    /// <summary>Whether something that is needed is missing or broken.</summary>
    public bool AnythingWrong => _all.Exists(finding => finding.State == "wrong");

    /// <summary>It is as it should be.</summary>
    public void Ok(string area, string what) => _all.Add(new Finding(area, what, "ok", null));

    /// <summary>It is not there, which is fine unless somebody wants it.</summary>
    public void Absent(string area, string what, string fix) => _all.Add(new Finding(area, what, "absent", fix));

    /// <summary>It is needed and not there, or broken.</summary>
    public void Wrong(string area, string what, string fix) => _all.Add(new Finding(area, what, "wrong", fix));

    /// <summary>Wrong when needed, else absent.</summary>
    public void Missing(bool needed, string area, string what, string fix) => _all.Add(new Finding(area, what, needed ? "wrong" : "absent", fix));

    /// <summary>One line a finding.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        foreach (Finding finding in _all)
            text.AppendLine($"{finding.State,-6} {finding.Area}: {finding.What}{(finding.Fix is null ? "" : $" - {finding.Fix}")}");
        int wrong = _all.Count(finding => finding.State == "wrong");
        text.Append(wrong == 0 ? "Nothing is wrong." : $"{wrong} {(wrong == 1 ? "thing needs" : "things need")} a hand; 'absent' needs none unless you want it.");
        return text.ToString();
    }

    /// <summary>Has all fixes name the commands as they have to be typed for a folder.</summary>
    public void NameFolder(DataFolder folder)
    {
        for (int i = 0; i < _all.Count; i++)
            _all[i] = _all[i] with { Fix = _all[i].Fix is { } fix ? CommandLine.Named(folder, fix) : null };
    }

    /// <summary>The findings for scripts.</summary>
    public string ToJson() => JsonSerializer.Serialize(_all, FindingJson.Default.ListFinding);
}

/// <summary>The findings' format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext;
