namespace PantryChain.Tests;

/// <summary>A folder that is gone after the test; compiled into every test project.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pantrychain-test-").FullName;

    public string Inside(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
