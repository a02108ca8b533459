using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests;

/// <summary>A data folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Folder.Create();

    public DataFolder Folder { get; } = new(Path.Combine(Path.GetTempPath(), "pantry-gateway-" + Guid.NewGuid().ToString("N")));

    public string Inside(string name) => Folder.Inside(name);

    public void Dispose() => Directory.Delete(Folder.Path, recursive: true);
}
