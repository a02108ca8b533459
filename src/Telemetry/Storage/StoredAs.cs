using System.Data;
using Dapper;

namespace PantryChain.Telemetry.Storage;

/// <summary>Teaches Dapper how one value type is kept in a column.</summary>
/// <param name="type">The column's type.</param>
/// <param name="write">The value as the database's driver takes it.</param>
/// <param name="read">The value from what the driver answers.</param>
public sealed class StoredAs<T>(DbType type, Func<T, object> write, Func<object, T> read) : SqlMapper.TypeHandler<T>
{
    /// <inheritdoc />
    public override void SetValue(IDbDataParameter parameter, T? value)
    {
        parameter.DbType = type;
        parameter.Value = value is null ? DBNull.Value : write(value);
    }

    /// <inheritdoc />
    public override T Parse(object value) => read(value);

    /// <summary>Registers it for this process, instead of what Dapper knows about the type by itself.</summary>
    public void Register()
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        if (typeof(T).IsValueType)
            SqlMapper.RemoveTypeMap(typeof(Nullable<>).MakeGenericType(typeof(T)));
        SqlMapper.AddTypeHandler(this);
    }
}
